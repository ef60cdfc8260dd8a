import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import { instantOf, toProto } from './proto-values.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.WebhookService'

export function webhookService(
  { checks, webhooks, webhookDeliveries }: Operations,
  { unary }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  type Run = Parameters<GrpcCalls['unary']>[2]
  const read = (name: string, run: Run) => unary(`${service}/${name}`, 'webhooks:read', run)
  const manage = (name: string, run: Run) => unary(`${service}/${name}`, 'webhooks:manage', run)

  return {
    CreateWebhook: manage('CreateWebhook', async (request, { caller }) =>
      toProto(await webhooks.create(checks.webhook(request), caller)),
    ),

    ListWebhooks: read('ListWebhooks', async (_, { caller }) =>
      toProto({ webhooks: webhooks.list(caller) }),
    ),

    GetWebhook: read('GetWebhook', async ({ webhookId }, { caller }) =>
      toProto(webhooks.get(textOf(webhookId), caller)),
    ),

    ChangeWebhook: manage('ChangeWebhook', async ({ webhookId, ...fields }, { caller }) => {
      const change = checks.webhookChange({ ...fields, ...listsOf(fields) })
      return toProto(await webhooks.change(textOf(webhookId), change, caller))
    }),

    DeleteWebhook: manage('DeleteWebhook', async ({ webhookId }, { caller }) =>
      toProto(await webhooks.remove(textOf(webhookId), caller)),
    ),

    RotateWebhookSecret: manage(
      'RotateWebhookSecret',
      async ({ webhookId, ...request }, { caller }) =>
        toProto(await webhooks.rotate(textOf(webhookId), checks.rotation(request), caller)),
    ),

    ListWebhookAttempts: read('ListWebhookAttempts', async ({ webhookId, ...query }, { caller }) =>
      toProto(await webhookDeliveries.list(textOf(webhookId), checks.attempts(query), caller)),
    ),

    TestWebhook: manage('TestWebhook', async ({ webhookId }, { caller }) =>
      toProto(await webhookDeliveries.test(textOf(webhookId), caller)),
    ),

    RedeliverWebhookEvent: manage(
      'RedeliverWebhookEvent',
      async ({ webhookId, eventId }, { caller }) =>
        toProto(await webhookDeliveries.redeliver(textOf(webhookId), textOf(eventId), caller)),
    ),

    RedeliverWebhook: manage(
      'RedeliverWebhook',
      async ({ webhookId, since, ...rest }, { caller }) => {
        const request = checks.redelivery({
          ...rest,
          ...(since !== undefined && { since: instantOf(since) }),
        })
        const sent = await webhookDeliveries.redeliverSince(textOf(webhookId), request, caller)
        return toProto(sent)
      },
    ),
  }
}

/** An id that was not sent is one that nothing has. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Lists that may be absent come in a message of their own. */
function listsOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    ['types', 'channels', 'conversations'].flatMap((name) => {
      const list = fields[name] as { readonly values?: readonly unknown[] } | undefined
      return list === undefined ? [] : [[name, list.values ?? []]]
    }),
  )
}
