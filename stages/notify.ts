import { eventJson } from '../domain/event-json.ts'
import { webhookCallKey } from '../domain/keys.ts'
import { isWanted } from '../domain/webhooks/is-wanted.ts'
import type { WebhookState } from '../domain/webhooks/webhook-state.ts'
import type { Event, WebhookCall } from '../schemas/types.ts'
import type { Position } from '../topology/contract/record.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import type { StageTools } from './tools.ts'

/** How much older than an endpoint an event may be and still be sent to it: clocks of machines differ. */
const toleranceMs = 60_000

/** Makes a call of each event for each endpoint that asked for it. Most events have none, and are not even decoded. */
export const notify = defineStage({
  name: 'notify',
  doc: 'Finds out which webhook endpoints want an event, and makes a call for each.',
  shape: 'lookup',
  in: { in: 'Event' },
  out: { calls: 'WebhookCall' },
  options: {},

  create({ tools: { webhooks } }: StageSetup<StageTools>) {
    return {
      shape: 'lookup',
      // Before the endpoints are known nothing may be passed over.
      skips: (key) => webhooks.isLoaded && webhooks.active(tenantOf(key)).length === 0,

      async load(batch) {
        await webhooks.loaded
        return batch.map(({ value }) => webhooks.active(value.tenant))
      },

      decide({ value: event, timestampMs, position }, active: readonly WebhookState[]) {
        const wanting = active.filter(
          ({ webhook }) =>
            timestampMs >= webhook.createdAt - toleranceMs && isWanted(webhook, event),
        )
        if (wanting.length === 0) return []
        const body = JSON.stringify(eventJson(event))
        return wanting.map(({ webhook: { webhookId } }) => ({
          to: 'calls',
          key: webhookCallKey(event.tenant, webhookId, event.conversationId),
          value: callOf(event, webhookId, body, position),
        }))
      },
    }
  },
})

function callOf(
  { tenant, eventId, type }: Event,
  webhookId: string,
  body: string,
  { partition, offset }: Position,
): WebhookCall {
  return {
    tenant,
    webhookId,
    eventId,
    type,
    body,
    round: '',
    attempt: 1,
    feedPartition: partition,
    feedOffset: offset,
  }
}

/** Keys begin with it, as all keys do. */
const tenantOf = (key: string): string => key.slice(0, key.indexOf('/'))
