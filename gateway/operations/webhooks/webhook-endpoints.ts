import { randomBytes } from 'node:crypto'
import { webhookKey } from '../../../domain/keys.ts'
import { webhookSecretText } from '../../../domain/webhooks/webhook-secret-text.ts'
import { disabledOf, type WebhookState } from '../../../domain/webhooks/webhook-state.ts'
import type { Webhook } from '../../../schemas/types.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { Caller } from '../../auth/caller.ts'
import type { GatewayTools } from '../../tools.ts'
import { appendOrFail } from '../append-or-fail.ts'
import { knownWebhook } from './known-webhook.ts'
import { type WebhookJson, webhookJson } from './webhook-json.ts'

/** After its check against schemas/webhook. */
export interface WebhookRequest {
  readonly url: string
  readonly description?: string
  readonly types?: readonly string[]
  readonly channels?: readonly string[]
  readonly conversations?: readonly string[]
}

export type WebhookChange = Partial<WebhookRequest> & { readonly enabled?: boolean }

export interface RotateRequest {
  /** Seconds for which the old secret signs as well. */
  readonly keepOldFor: number
}

/** The one time that a secret is shown. */
export type SecretWebhook = WebhookJson & { readonly secret: string }

export interface WebhookEndpoints {
  /** Throws C4A_UNPROCESSABLE for an address that may not be called, C4A_CONFLICT when there are too many. */
  create(request: WebhookRequest, caller: Caller): Promise<SecretWebhook>
  list(caller: Caller): readonly WebhookJson[]
  /** Throws C4A_NOT_FOUND, as all below: another tenant's looks the same as none. */
  get(webhookId: string, caller: Caller): WebhookJson
  change(webhookId: string, change: WebhookChange, caller: Caller): Promise<WebhookJson>
  /** For good: what waits to be posted to it is dropped. */
  remove(webhookId: string, caller: Caller): Promise<WebhookJson>
  rotate(webhookId: string, request: RotateRequest, caller: Caller): Promise<SecretWebhook>
}

const mostPerTenant = 100

type Tools = Pick<GatewayTools, 'broker' | 'codec' | 'clock' | 'ids' | 'webhooks'>

/** Endpoints are directory data: a change is a record, and is known here when it was read back from the log. */
export function webhookEndpoints(tools: Tools): WebhookEndpoints {
  const { broker, codec, clock, ids, webhooks } = tools
  const { directory, topics } = webhooks

  async function store(webhook: Webhook, isGone = false): Promise<WebhookState> {
    const { tenant, webhookId } = webhook
    const value = isGone ? null : codec.encode('Webhook', webhook)
    const headers = { 'c4a-tenant': tenant }
    const record = { topic: topics.endpoints, key: webhookKey(tenant, webhookId), value, headers }
    const [position] = await appendOrFail(broker, [record])
    await directory.reached(position)
    return directory.get(tenant, webhookId) ?? { webhook, health: undefined }
  }

  function mustBeCallable(url: string): string {
    const why = webhooks.urlFault(url)
    if (why === undefined) return url
    throw new Chat4AllError('C4A_UNPROCESSABLE', {
      what: 'The url cannot be an endpoint',
      why,
      todo: 'Give an https address that the whole world can reach',
    })
  }

  const secretOf = ({ tenant, webhookId, secretVersion }: Webhook): string =>
    webhookSecretText(ids.webhookSecret(tenant, webhookId, secretVersion))

  return {
    async create(request, { tenant, keyId }) {
      if (directory.list(tenant).length >= mostPerTenant) throw tooMany()
      const nowMs = clock.now()
      const webhook: Webhook = {
        tenant,
        webhookId: `wh_${randomBytes(16).toString('hex')}`,
        url: mustBeCallable(request.url),
        description: request.description ?? null,
        types: request.types ?? [],
        channels: request.channels ?? [],
        conversations: request.conversations ?? [],
        secretVersion: 1,
        formerSecretUntil: null,
        enabledAt: nowMs,
        disabledAt: null,
        createdAt: nowMs,
        createdBy: keyId,
      }
      const state = await store(webhook)
      return { ...webhookJson(state, nowMs), secret: secretOf(webhook) }
    },

    list: ({ tenant }) => directory.list(tenant).map((state) => webhookJson(state, clock.now())),

    get: (webhookId, { tenant }) =>
      webhookJson(knownWebhook(directory, tenant, webhookId), clock.now()),

    async change(webhookId, { enabled, ...fields }, { tenant }) {
      const state = knownWebhook(directory, tenant, webhookId)
      if (fields.url !== undefined) mustBeCallable(fields.url)
      const nowMs = clock.now()
      const changed = { ...state.webhook, ...fields, ...switched(state, enabled, nowMs) }
      return webhookJson(await store(changed), nowMs)
    },

    async remove(webhookId, { tenant }) {
      const state = knownWebhook(directory, tenant, webhookId)
      await store(state.webhook, true)
      return webhookJson(state, clock.now())
    },

    async rotate(webhookId, { keepOldFor }, { tenant }) {
      const { webhook } = knownWebhook(directory, tenant, webhookId)
      const nowMs = clock.now()
      const rotated: Webhook = {
        ...webhook,
        secretVersion: webhook.secretVersion + 1,
        formerSecretUntil: keepOldFor === 0 ? null : nowMs + keepOldFor * 1000,
      }
      const state = await store(rotated)
      return { ...webhookJson(state, nowMs), secret: secretOf(rotated) }
    },
  }
}

/** Enabling makes void what the hub found out before, whose clock may be a little ahead of ours. */
function switched(
  state: WebhookState,
  enabled: boolean | undefined,
  nowMs: number,
): Partial<Webhook> {
  const isOn = disabledOf(state) === undefined
  if (enabled === undefined || enabled === isOn) return {}
  if (!enabled) return { disabledAt: nowMs }
  const { failingSince, disabledAt } = state.health ?? { failingSince: null, disabledAt: null }
  return {
    disabledAt: null,
    enabledAt: Math.max(nowMs, (failingSince ?? 0) + 1, (disabledAt ?? 0) + 1),
  }
}

function tooMany(): Chat4AllError {
  return new Chat4AllError('C4A_CONFLICT', {
    what: 'No further endpoint can be made',
    why: `the tenant has ${mostPerTenant}`,
    todo: 'Delete one that is not used; one endpoint can take all events',
  })
}
