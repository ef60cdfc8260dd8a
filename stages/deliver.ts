import type { Delivery, Receipt } from '../schemas/types.ts'
import {
  type Attempt,
  defineStage,
  type EffectContext,
  type Emit,
  type StageSetup,
} from '../topology/contract/stage.ts'
import { AccountBreakers } from './account-breakers.ts'
import { AccountGroups } from './account-groups.ts'
import { type DeliverInput, deliverOnce } from './deliver-once.ts'
import { deliveryReceipt, type OwnFact, troubleFact } from './delivery-receipt.ts'
import type { Ending } from './ending.ts'
import { OtherAddresses } from './other-addresses.ts'
import { Pace } from './pace.ts'
import { numberSetting, textSetting } from './setting.ts'
import { templateSetting } from './template-setting.ts'
import type { StageTools } from './tools.ts'
import { type OnUnknown, onUnknownPolicies } from './unknown-attempt.ts'
import { UnwrittenOutcomes } from './unwritten-outcomes.ts'
import { type ClosedPolicy, closedPolicies } from './when-closed.ts'
import { Windows } from './windows.ts'

const out = { receipts: 'Receipt', aliases: 'Alias' } as const

/** Sends what one channel is to show, in order per person, and tells what became of it. */
export const deliver = defineStage({
  name: 'deliver',
  doc: 'Sends the deliveries of one channel through its connector: in order per person, never twice knowingly.',
  shape: 'keyed-effect',
  in: { in: 'Delivery' },
  out,
  options: {
    channel: { type: 'string', doc: 'The channel to send on.', required: true },
    onUnknown: {
      type: 'string',
      doc: 'When a call ended without a readable answer and nothing settled it: send again (the person may see it twice), hold for `holdMax` and then fail, or fail.',
      default: 'resend',
      oneOf: onUnknownPolicies,
    },
    holdMax: {
      type: 'duration',
      doc: 'With `onUnknown: hold`: how long an answer is waited for.',
      default: '15m',
    },
    settle: {
      type: 'duration',
      doc: 'How long a channel that echoes our mark (callback data, metadata) may take to tell whether it got a message.',
      default: '60s',
    },
    expireAfter: {
      type: 'duration',
      doc: 'Not sent later than this after acceptance, or after the time it was scheduled for, unless the message has an expiry of its own.',
      default: '24h',
    },
    whenClosed: {
      type: 'string',
      doc: 'Where the platform takes free text only for some time after the person wrote: `fail` leaves it to the platform; `hold` keeps what comes later, in order, until the person writes or the message expires; `template` sends a text that comes later as `template`; `fallback` takes what comes later to the next channel that the message names. When the person wrote is what this hub has seen.',
      default: 'fail',
      oneOf: closedPolicies,
    },
    template: {
      type: 'string',
      doc: 'With `whenClosed: template`: a template of yours that the platform has approved, whose body is one gap for the text: `name/language`, such as `plain_words/pt_BR`.',
    },
    windowLook: {
      type: 'duration',
      doc: 'With `whenClosed: hold`: how often to look whether the person has written.',
      default: '15s',
    },
    attemptTimeout: {
      type: 'duration',
      doc: 'How long one call to the platform may take.',
      default: '30s',
    },
  },

  create(setup: StageSetup<StageTools>) {
    const { ledger, channels, content, ids, history, rateLimits } = setup.tools
    const channel = textSetting(setup, 'channel')
    // Checked against `oneOf`, too.
    const whenClosed = textSetting(setup, 'whenClosed') as ClosedPolicy
    const { rates, isGroup } = channels.pace(channel)
    const port = {
      ledger,
      channels,
      content,
      outcomes: new UnwrittenOutcomes(ledger),
      addresses: new OtherAddresses(ids),
      windows: new Windows(history, ids),
      breakers: new AccountBreakers(),
      pace: new Pace(rateLimits, rates, isGroup),
      policy: {
        channel,
        // Checked against `oneOf` with the rest of pipeline.yaml.
        onUnknown: textSetting(setup, 'onUnknown') as OnUnknown,
        holdMaxMs: numberSetting(setup, 'holdMax'),
        settleMs: numberSetting(setup, 'settle'),
        whenClosed,
        template: whenClosed === 'template' ? templateSetting(setup) : null,
        windowLookMs: numberSetting(setup, 'windowLook'),
        expireAfterMs: numberSetting(setup, 'expireAfter'),
        attemptTimeoutMs: numberSetting(setup, 'attemptTimeout'),
      },
    }
    const answer = (
      ending: Ending,
      { key, value }: DeliverInput,
      { nowMs, now }: EffectContext,
    ): Attempt<typeof out> => {
      const atMs = now()
      const { fact } = ending
      const emit: DeliverEmit[] = fact ? [receiptOf(key, value, fact, nowMs, atMs)] : []
      for (const alias of port.addresses.take(value, atMs)) emit.push({ to: 'aliases', ...alias })
      if (ending.kind === 'done') return { kind: 'done', emit }
      const { reason, afterMs, whole } = ending
      if (afterMs === undefined) return { kind: 'hold', reason, whole, emit }
      return { kind: 'hold', reason, afterMs, whole, emit }
    }
    const groups = new AccountGroups()
    return {
      shape: 'keyed-effect',
      group: ({ value }) => groups.of(value),
      giveUp({ key, value }, reason, { nowMs }) {
        const known = port.outcomes.factOf(value.deliveryId)
        const fact = known ?? troubleFact('failed', 0, reason, 'It waited as long as it may.')
        return [receiptOf(key, value, fact, nowMs, nowMs)]
      },
      drain: ({ nowMs }) => port.outcomes.writeAll(nowMs),
      act: (input, context) => deliverOnce(input, context, port, answer),
    }
  },
})

type DeliverEmit = Emit<typeof out>

/** Under the delivery's key: both are what a person is sent, in order. */
function receiptOf(
  key: string,
  delivery: Delivery,
  fact: OwnFact,
  calledAt: number,
  observedAt: number,
) {
  const value: Receipt = deliveryReceipt(delivery, fact, calledAt, observedAt)
  return { to: 'receipts', key, value } as const
}
