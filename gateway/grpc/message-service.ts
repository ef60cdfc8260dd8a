import { batchMessages } from '../operations/batch-messages.ts'
import type { Operations } from '../operations/operations.ts'
import type { FailedCall, GrpcCalls } from './grpc-calls.ts'
import { instantOf, toProto } from './proto-values.ts'
import { sendAll } from './send-all.ts'
import type { Fields } from './wire/wire-call.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.MessageService'

export function messageService(
  operations: Operations,
  { unary, clientStream }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  const { checks } = operations
  return {
    Send: unary(`${service}/Send`, 'messages:send', async (request, { caller, traceparent }) => {
      const body = checks.send(sendFields(request))
      const result = await operations.send(body, caller, traceparent)
      if (result.ok) return result.answer
      return { failed: result.error, ids: { ...result.ids } } satisfies FailedCall
    }),

    SendBatch: unary(
      `${service}/SendBatch`,
      'messages:send',
      async (request, { caller, traceparent }) => {
        const batch = checks.batch(batchFields(request))
        const session = operations.openBatch(caller, traceparent)
        const { items, failure } = await session.send(batchMessages(batch))
        if (failure !== undefined) throw failure
        return { items }
      },
    ),

    SendStream: clientStream(
      `${service}/SendStream`,
      'messages:send',
      async (stream, { caller, traceparent }) => ({
        items: await sendAll(stream, operations.openBatch(caller, traceparent), sendFields),
      }),
    ),

    Preview: unary(`${service}/Preview`, 'messages:send', async (request, { caller }) =>
      toProto(await operations.preview(checks.send(sendFields(request)), caller)),
    ),

    GetMessage: unary(
      `${service}/GetMessage`,
      'messages:read',
      async ({ messageId = '', position }, { caller }) => {
        const { position: after } = checks.position({ position })
        return toProto(await operations.getMessage(String(messageId), after, caller))
      },
    ),

    CancelMessage: unary(
      `${service}/CancelMessage`,
      'messages:send',
      ({ messageId = '', position }, { caller }) => {
        const { position: after } = checks.position({ position })
        return operations.cancelMessage(String(messageId), after, caller)
      },
    ),
  }
}

/** The batch as the REST body would be. */
function batchFields({ messages, template, recipients }: Fields): Fields {
  const all = (list: unknown) => ((list ?? []) as readonly Fields[]).map(sendFields)
  if (template === undefined && recipients === undefined) return { messages: all(messages) }
  const given = { template, recipients: all(recipients) }
  return messages === undefined ? given : { ...given, messages: all(messages) }
}

/** The request as the REST body would be. */
function sendFields(request: Fields): Fields {
  const { expiresAt, sendAt } = request as { readonly [Name in 'expiresAt' | 'sendAt']?: unknown }
  if (expiresAt === undefined && sendAt === undefined) return request
  return {
    ...request,
    ...(expiresAt !== undefined && { expiresAt: instantOf(expiresAt) }),
    ...(sendAt !== undefined && { sendAt: instantOf(sendAt) }),
  }
}
