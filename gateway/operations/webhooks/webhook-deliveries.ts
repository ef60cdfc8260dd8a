import { eventJson } from '../../../domain/event-json.ts'
import { eventIdOf } from '../../../domain/ids.ts'
import { instant } from '../../../domain/instant.ts'
import { webhookCallKey } from '../../../domain/keys.ts'
import { isWanted } from '../../../domain/webhooks/is-wanted.ts'
import { disabledOf } from '../../../domain/webhooks/webhook-state.ts'
import type { Event, Webhook, WebhookAttempt, WebhookCall } from '../../../schemas/types.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { NewRecord } from '../../../topology/contract/record.ts'
import type { Caller } from '../../auth/caller.ts'
import type { EventFeed } from '../../events/event-feed.ts'
import { writeFeedCursor } from '../../events/feed-cursor.ts'
import type { GatewayTools } from '../../tools.ts'
import { appendOrFail } from '../append-or-fail.ts'
import { uuidV7Source } from '../uuid-v7.ts'
import { type AttemptQuery, attemptLog } from './attempt-log.ts'
import { knownWebhook } from './known-webhook.ts'
import { type WebhookAttemptJson, webhookAttemptJson } from './webhook-json.ts'

export interface WebhookAttemptPage {
  readonly attempts: readonly WebhookAttemptJson[]
  /** Absent at the end. */
  readonly next?: string | undefined
}

/** After its check against schemas/webhook. */
export interface RedeliverRequest {
  /** RFC 3339. */
  readonly since: string
  /** `cursor` of the answer before. */
  readonly after?: string
}

export interface Redelivered {
  /** How many events are sent again. */
  readonly events: number
  /** Give it as `after` to go on. */
  readonly cursor: string
  readonly more: boolean
}

export interface WebhookDeliveries {
  /** Throws C4A_NOT_FOUND for an endpoint that is none, as all here. */
  list(webhookId: string, query: AttemptQuery, caller: Caller): Promise<WebhookAttemptPage>
  /** Posts an event that never happened: to see whether the endpoint works. */
  test(webhookId: string, caller: Caller): Promise<{ readonly eventId: string }>
  /** Throws C4A_NOT_FOUND for an event that is not in the delivery log, C4A_CURSOR_EXPIRED for one no longer on the feed. */
  redeliver(
    webhookId: string,
    eventId: string,
    caller: Caller,
  ): Promise<{ readonly eventId: string }>
  /** All since then that the endpoint wants and has not confirmed, also from before it was made or while it was disabled. */
  redeliverSince(webhookId: string, request: RedeliverRequest, caller: Caller): Promise<Redelivered>
}

// How many records of the feed one request may pass over.
const mostRecords = 2_000

/** The delivery log of endpoints, and what sends again. A redelivery begins its schedule anew, under the same `webhook-id`. */
export function webhookDeliveries(tools: GatewayTools, feed: EventFeed): WebhookDeliveries {
  const { broker, codec, clock, topics, webhooks } = tools
  const { directory } = webhooks
  const log = attemptLog(tools)
  const mint = uuidV7Source()

  function callable(tenant: string, webhookId: string): Webhook {
    const state = knownWebhook(directory, tenant, webhookId)
    if (disabledOf(state) === undefined) return state.webhook
    throw new Chat4AllError('C4A_CONFLICT', {
      what: `The webhook '${webhookId}' is disabled`,
      why: 'nothing is sent to it until it is enabled',
      todo: 'Enable it first: PATCH /v1/webhooks/{webhookId} with {"enabled": true}',
    })
  }

  function recordOf(call: WebhookCall, conversationId: string | null): NewRecord {
    return {
      topic: webhooks.topics.calls,
      key: webhookCallKey(call.tenant, call.webhookId, conversationId),
      value: codec.encode('WebhookCall', call),
      headers: { 'c4a-tenant': call.tenant },
    }
  }

  /** The event that an attempt was about, from where it stands on the feed. */
  async function eventOf({ eventId, feedPartition, feedOffset }: WebhookAttempt): Promise<Event> {
    if (feedPartition !== null && feedOffset !== null) {
      const from = { topic: topics.events, partition: feedPartition, offset: feedOffset }
      const [record] = await broker.read(from, { maxRecords: 1, maxWaitMs: 0 })
      if (record?.value && record.offset === feedOffset) {
        await codec.learn('Event', [record.value])
        const event = codec.decode('Event', record.value) as Event
        if (event.eventId === eventId) return event
      }
    }
    throw new Chat4AllError('C4A_CURSOR_EXPIRED', {
      what: `The event '${eventId}' is no longer kept`,
      why: 'the feed has forgotten it, or it was a test',
      todo: 'Read what it was about from GET /v1/messages/{messageId}',
    })
  }

  return {
    async list(webhookId, query, { tenant }) {
      knownWebhook(directory, tenant, webhookId)
      const { attempts, next } = await log.page(tenant, webhookId, query)
      return { attempts: attempts.map(webhookAttemptJson), next }
    },

    async test(webhookId, { tenant }) {
      callable(tenant, webhookId)
      const nowMs = clock.now()
      const round = mint(nowMs)
      const eventId = eventIdOf('webhook.test', tenant, webhookId, round)
      const type = 'webhook.test'
      const body = JSON.stringify({
        eventId,
        type,
        occurredAt: instant(nowMs),
        data: { webhookId },
      })
      const place = { feedPartition: null, feedOffset: null }
      const call = { tenant, webhookId, eventId, type, body, round, attempt: 1, ...place }
      await appendOrFail(broker, [recordOf(call, null)])
      return { eventId }
    },

    async redeliver(webhookId, eventId, { tenant }) {
      callable(tenant, webhookId)
      const { attempts } = await log.page(tenant, webhookId, { limit: 1, eventId })
      const [attempt] = attempts
      if (attempt === undefined) throw neverTried(eventId)
      const event = await eventOf(attempt)
      const { type, feedPartition, feedOffset } = attempt
      const body = JSON.stringify(eventJson(event))
      const place = { feedPartition, feedOffset }
      const round = mint(clock.now())
      const call = { tenant, webhookId, eventId, type, body, round, attempt: 1, ...place }
      await appendOrFail(broker, [recordOf(call, event.conversationId)])
      return { eventId }
    },

    async redeliverSince(webhookId, { since, after }, { tenant }) {
      const webhook = callable(tenant, webhookId)
      const sinceMs = Date.parse(since)
      const known = await log.since(tenant, webhookId, sinceMs)
      const vector = [...(after === undefined ? await placeAt(sinceMs) : await feed.begin(after))]
      const nowMs = clock.now()
      const round = mint(nowMs)
      const records: NewRecord[] = []
      let read = 0
      let behind = true
      while (behind && read < mostRecords) {
        const part = await feed.read(vector, 500)
        behind = part.behind
        for (const { partition, offset, eventOf: shown } of part.entries) {
          vector[partition] = offset + 1
          read++
          const event = shown(tenant)
          if (event === null || !isWanted(webhook, event)) continue
          if (isSettled(known.get(event.eventId), nowMs)) continue
          const { eventId, type, conversationId = null } = event
          const body = JSON.stringify(event)
          const place = { feedPartition: partition, feedOffset: offset }
          const call = { tenant, webhookId, eventId, type, body, round, attempt: 1, ...place }
          records.push(recordOf(call, conversationId))
        }
      }
      const [first, ...rest] = records
      if (first) await appendOrFail(broker, [first, ...rest])
      return { events: records.length, cursor: writeFeedCursor(vector), more: behind }
    },
  }

  async function placeAt(sinceMs: number): Promise<readonly number[]> {
    const places = await broker.offsetsAt(topics.events, sinceMs)
    return [...places].sort((a, b) => a.partition - b.partition).map(({ offset }) => offset)
  }
}

/** Delivered, or on its way again by itself. */
const isSettled = (attempt: WebhookAttempt | undefined, nowMs: number): boolean =>
  attempt?.outcome === 'delivered' || (attempt?.nextAt ?? 0) > nowMs

function neverTried(eventId: string): Chat4AllError {
  return new Chat4AllError('C4A_NOT_FOUND', {
    what: `The event '${eventId}' was not sent to this endpoint`,
    why: "it is not among the endpoint's latest 10,000 attempts",
    todo: 'Send again all since a time: POST /v1/webhooks/{webhookId}/redeliver',
  })
}
