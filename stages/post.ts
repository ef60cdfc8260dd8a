import { webhookKey } from '../domain/keys.ts'
import type { WebhookCall } from '../schemas/types.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { EndpointGate } from './endpoint-gate.ts'
import { type PostPort, postOnce } from './post-once.ts'
import { numberSetting } from './setting.ts'
import type { StageTools } from './tools.ts'
import { attemptEmit } from './webhook-records.ts'

/** Posts events to clients' endpoints by the Standard Webhooks specification. */
export const post = defineStage({
  name: 'post',
  doc: 'Posts signed events to webhook endpoints: in order per endpoint and conversation while they succeed, later again on a schedule where not.',
  shape: 'keyed-effect',
  in: { in: 'WebhookCall' },
  out: {
    again: 'WebhookCall',
    attempts: 'WebhookAttempt',
    health: 'WebhookHealth',
    events: 'Event',
  },
  options: {
    timeout: {
      type: 'duration',
      doc: 'How long one call may take, the answer included.',
      default: '15s',
    },
    perEndpoint: {
      type: 'number',
      doc: 'Calls to one endpoint that run at once in one process.',
      default: 16,
    },
    disableAfter: {
      type: 'duration',
      doc: 'An endpoint of which no call has succeeded for so long is disabled, and `webhook.disabled` says so on the feed.',
      default: '5d',
    },
  },

  create(setup: StageSetup<StageTools>) {
    const { webhooks, postWebhook, ids } = setup.tools
    const perEndpoint = numberSetting(setup, 'perEndpoint')
    const gates = new Map<string, EndpointGate>()
    const port: PostPort = {
      webhooks,
      post: postWebhook,
      ids,
      gate(call) {
        const key = endpointOf(call)
        let gate = gates.get(key)
        if (!gate) {
          gate = new EndpointGate(perEndpoint)
          gates.set(key, gate)
        }
        return gate
      },
      policy: {
        timeoutMs: numberSetting(setup, 'timeout'),
        disableAfterMs: numberSetting(setup, 'disableAfter'),
      },
    }
    return {
      shape: 'keyed-effect',
      group: ({ value }) => endpointOf(value),
      giveUp({ value }, reason, { nowMs }) {
        const detail = `It waited as long as it may: ${reason}.`
        const told = { outcome: 'failed', at: nowMs, tookMs: 0, status: null, detail, nextAt: null }
        return [attemptEmit(value, told)]
      },
      act: ({ key, value }, context) => postOnce(key, value, context, port),
    }
  },
})

const endpointOf = ({ tenant, webhookId }: WebhookCall): string => webhookKey(tenant, webhookId)
