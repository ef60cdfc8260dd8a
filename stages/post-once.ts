import type { Ids } from '../domain/ids.ts'
import { nextWebhookAttempt, webhookAttempts } from '../domain/webhooks/webhook-schedule.ts'
import { webhookHeaders } from '../domain/webhooks/webhook-signature.ts'
import type { WebhookState } from '../domain/webhooks/webhook-state.ts'
import { disabledOf, failingSinceOf } from '../domain/webhooks/webhook-state.ts'
import { type WebhookVerdict, webhookVerdict } from '../domain/webhooks/webhook-verdict.ts'
import type { WebhookCall } from '../schemas/types.ts'
import type { Webhooks } from '../storage/ports/webhooks.ts'
import type { EffectContext } from '../topology/contract/stage.ts'
import type { EndpointGate } from './endpoint-gate.ts'
import type { PostWebhook } from './tools.ts'
import { againEmit, attemptEmit, disabledEmit, healthEmit } from './webhook-records.ts'

export interface PostPort {
  readonly webhooks: Webhooks
  readonly post: PostWebhook
  readonly ids: Pick<Ids, 'webhookSecret'>
  gate(call: WebhookCall): EndpointGate
  readonly policy: { readonly timeoutMs: number; readonly disableAfterMs: number }
}

type PostEmit =
  | ReturnType<typeof attemptEmit>
  | ReturnType<typeof againEmit>
  | ReturnType<typeof healthEmit>
  | ReturnType<typeof disabledEmit>

type PostEnding =
  | { readonly kind: 'done'; readonly emit: readonly PostEmit[] }
  | { readonly kind: 'hold'; readonly reason: string; readonly afterMs: number }

/** How often an endpoint that is not known is looked for again: another process may know it a moment earlier. */
const looks = 5

/**
 * One attempt to post an event to an endpoint. Whatever comes of it ends this record: what failed comes back as a record of
 * its own when its time has come, so that nothing waits behind it for hours.
 */
export async function postOnce(
  key: string,
  call: WebhookCall,
  context: EffectContext,
  port: PostPort,
): Promise<PostEnding> {
  const { webhooks } = port
  const { nowMs } = context
  await webhooks.loaded
  const state = webhooks.get(call.tenant, call.webhookId)
  if (state === undefined && context.attempt <= looks) {
    return { kind: 'hold', reason: 'endpoint-unknown', afterMs: 1_000 }
  }
  const disabled = state === undefined ? { reason: 'deleted' } : disabledOf(state)
  if (state === undefined || disabled !== undefined) {
    const detail = `The endpoint is ${disabled?.reason === 'deleted' ? 'deleted' : 'disabled'}.`
    const told = { outcome: 'dropped', at: nowMs, tookMs: 0, status: null, detail, nextAt: null }
    return { kind: 'done', emit: [attemptEmit(call, told)] }
  }
  const gate = port.gate(call)
  const isLast = call.attempt >= webhookAttempts
  const turn = gate.enter(nowMs, isLast)
  if (turn.kind === 'wait') return { kind: 'hold', reason: turn.reason, afterMs: turn.forMs }
  if (turn.kind === 'rests') return { kind: 'done', emit: putOff(key, call, nowMs) }
  const { status, verdict, endMs } = await called(call, state, context, port, gate)
  const emit = concluded(key, call, state, status, verdict, nowMs, endMs, gate, port)
  return { kind: 'done', emit }
}

async function called(
  call: WebhookCall,
  { webhook }: WebhookState,
  { nowMs, now, signal }: EffectContext,
  { post, ids, policy }: PostPort,
  gate: EndpointGate,
) {
  const { secretVersion, formerSecretUntil, tenant, webhookId } = webhook
  const versions =
    formerSecretUntil !== null && formerSecretUntil > nowMs
      ? [secretVersion, secretVersion - 1]
      : [secretVersion]
  const secrets = versions.map((version) => ids.webhookSecret(tenant, webhookId, version))
  const headers = webhookHeaders(call.eventId, nowMs, call.body, secrets)
  const answer = await post(webhook.url, headers, call.body, signal, policy.timeoutMs)
  const endMs = now()
  const verdict = webhookVerdict(answer, endMs)
  gate.leave(verdict.outcome === 'delivered', endMs, verdict.hintMs)
  return { status: answer.status, verdict, endMs }
}

/** Not tried, and counted all the same: the endpoint failed a moment ago, and the schedule goes on. */
function putOff(key: string, call: WebhookCall, nowMs: number): readonly PostEmit[] {
  const nextAt = nextWebhookAttempt(call.attempt, nowMs, seedOf(call), null)
  const detail = 'Not tried: the endpoint was failing, and is given a rest.'
  const told = { outcome: 'put-off', at: nowMs, tookMs: 0, status: null, detail, nextAt }
  return [attemptEmit(call, told), ...(nextAt === null ? [] : [againEmit(key, call, nextAt)])]
}

function concluded(
  key: string,
  call: WebhookCall,
  state: WebhookState,
  status: number | null,
  { outcome, gone, hintMs, detail }: WebhookVerdict,
  nowMs: number,
  endMs: number,
  gate: EndpointGate,
  { policy }: PostPort,
): readonly PostEmit[] {
  const failingSince = failingSinceOf(state)
  const told = { outcome, at: nowMs, tookMs: Math.max(0, endMs - nowMs), status, detail }
  if (outcome === 'delivered') {
    const recovered = failingSince !== null && gate.mayTell(endMs)
    const health = { failingSince: null, disabledAt: null, reason: null }
    return [
      attemptEmit(call, { ...told, nextAt: null }),
      ...(recovered ? [healthEmit(state, health)] : []),
    ]
  }
  const failedLong = failingSince !== null && endMs - failingSince >= policy.disableAfterMs
  if (gone || failedLong) {
    const reason = gone ? 'gone' : 'failing'
    return [
      attemptEmit(call, { ...told, nextAt: null }),
      healthEmit(state, { failingSince, disabledAt: endMs, reason }),
      disabledEmit(state, reason, failingSince, endMs),
    ]
  }
  const nextAt = nextWebhookAttempt(call.attempt, endMs, seedOf(call), hintMs)
  const isNew = failingSince === null && gate.mayTell(endMs)
  const health = { failingSince: nowMs, disabledAt: null, reason: null }
  return [
    attemptEmit(call, { ...told, nextAt }),
    ...(nextAt === null ? [] : [againEmit(key, call, nextAt)]),
    ...(isNew ? [healthEmit(state, health)] : []),
  ]
}

const seedOf = ({ webhookId, eventId, round }: WebhookCall): string =>
  `${webhookId}\0${eventId}\0${round}`
