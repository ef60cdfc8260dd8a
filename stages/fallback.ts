import { fallbackEnd } from '../domain/falls-back.ts'
import { timerIdOf } from '../domain/ids.ts'
import type { Fallback } from '../schemas/types.ts'
import { defineStage, type Emit, type StageSetup } from '../topology/contract/stage.ts'
import { fallbackStep, type Step } from './fallback-step.ts'
import { fallenBackReceipt } from './fallen-back-receipt.ts'
import { legDeliveries, type Refusal } from './leg-deliveries.ts'
import { rejectionOf } from './rejection.ts'
import { numberSetting, textSetting } from './setting.ts'
import type { StageTools } from './tools.ts'

const out = {
  '*': 'Delivery',
  again: 'Fallback',
  receipts: 'Receipt',
  rejected: 'Rejection',
} as const

/**
 * Watches what may go to another channel, and takes it there. A message is looked at again and again in the durable
 * timers, at first soon and then less and less often, by its history: the failure may be ours or come by webhook, at any time. So only
 * messages that name other channels cost anything. Whether the channel before can still send is the ledger's to
 * decide, against the stage that would.
 */
export const fallback = defineStage({
  name: 'fallback',
  doc: 'Gives a message to the next of its channels when it failed on the one before, or was not delivered there in time. Its output ports are named like channels.',
  shape: 'lookup',
  in: { in: 'Fallback' },
  out,
  options: {
    look: {
      type: 'duration',
      doc: 'How soon a message is looked at first; later ones wait half as long as it has been with the channel.',
      default: '1s',
    },
    onUnknown: {
      type: 'string',
      doc: 'When nobody knows whether the channel before has it: `stay` with that channel, or `move` to the next, where the person may get it twice.',
      default: 'stay',
      oneOf: ['stay', 'move'],
    },
  },

  create(setup: StageSetup<StageTools>) {
    const { ledger, history, channels } = setup.tools
    const served = new Set(setup.outputs.filter((port) => !(port in out)))
    const legOf = legDeliveries(setup.tools, served)
    const lookMs = numberSetting(setup, 'look')
    const movesUnknown = textSetting(setup, 'onUnknown') === 'move'
    const port = { ledger, history, channels, movesUnknown }

    function again(key: string, value: Fallback, nowMs: number): Emit<typeof out> {
      const { tenant, messageId } = value.message
      const round = [value.participantId, value.channel, String(value.looks)]
      return {
        to: 'again',
        key,
        value,
        dueMs: nextLook(value, nowMs, lookMs),
        timerId: timerIdOf('fallback', tenant, messageId, ...round),
      }
    }

    /** To the first of the channels left that can take it. */
    function moved(key: string, before: Fallback, nowMs: number): Emit<typeof out>[] {
      const { message, participantId } = before
      let refused: Refusal | undefined
      for (let nth = before.next; nth < message.fallback.length; nth++) {
        const leg = message.fallback[nth]
        if (!leg) break
        const { channel, account, address } = leg
        const next = nth + 1
        const hasNext = next < message.fallback.length
        const to = { participantId, channel, account, address }
        // Only a client names other channels, and speaks without a name.
        const deliveries = legOf(message, to, hasNext, null)
        if (!('reason' in deliveries)) {
          if (!hasNext) return deliveries
          const parts = deliveries.length
          const watched = { message, participantId, channel, parts, next, since: nowMs, looks: 0 }
          return [...deliveries, again(key, watched, nowMs)]
        }
        refused = deliveries
      }
      if (!refused) return []
      // They were fit when it was routed: an account is gone since, and nothing is left to wait for.
      const { reason, detail } = refused
      const value = rejectionOf(message, 'message', setup.id, reason, detail, nowMs)
      return [{ to: 'rejected', key, value }]
    }

    return {
      shape: 'lookup',
      load: (batch, { nowMs }) =>
        Promise.all(batch.map(({ value }) => fallbackStep(value, nowMs, port))),
      decide({ key, value }, step: Step, { nowMs }) {
        switch (step.kind) {
          case 'end':
            return []
          case 'wait':
            return [again(key, { ...value, looks: value.looks + 1 }, nowMs)]
          case 'move': {
            const ended = step.ended.map((each) => fallenBackReceipt(value, each, nowMs))
            return [...ended, ...moved(key, value, nowMs)]
          }
        }
      },
    }
  },
})

/** Half an hour between two looks is often enough for what takes days. */
const longestWaitMs = 30 * 60_000

function nextLook({ message, next, since }: Fallback, nowMs: number, lookMs: number): number {
  const afterMs = message.fallback[next]?.afterMs ?? null
  const growing = nowMs + Math.min(longestWaitMs, Math.max(lookMs, (nowMs - since) / 2))
  const times = [Math.round(growing), fallbackEnd(message) + lastLookMs]
  if (afterMs !== null) times.push(since + afterMs)
  return Math.min(...times.filter((atMs) => atMs > nowMs))
}

/** What failed just before the end is heard of a moment later. */
const lastLookMs = 60_000
