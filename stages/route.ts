import { clientKinds } from '../domain/content.ts'
import type { EnrichedMessage, Fallback } from '../schemas/types.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { type DeliveryEmit, legDeliveries, type Refusal } from './leg-deliveries.ts'
import { rejectionOf } from './rejection.ts'
import { textSetting } from './setting.ts'
import type { StageTools } from './tools.ts'

/**
 * One delivery for each recipient and part, on the port named like the recipient's channel. All or
 * nothing: a message that cannot go to one of its people is rejected, and says to whom, rather than
 * reaching some of them unnoticed. That holds for the channels it may fall back to, too: the sender
 * counts on each of them.
 */
export const route = defineStage({
  name: 'route',
  doc: 'Makes one delivery for each recipient and part, cut and degraded to what the channel shows. Its output ports are named like channels; a message that may go to another channel is told on `fallback`.',
  shape: 'transform',
  in: { in: 'EnrichedMessage' },
  out: { '*': 'Delivery', rejected: 'Rejection', fallback: 'Fallback' },
  options: {
    senderNames: {
      type: 'string',
      doc: 'Whether what a person writes in a group begins with their name for the others (`Ana: hello`), where a name is known: `prefix`, or `off`.',
      default: 'prefix',
      oneOf: ['prefix', 'off'],
    },
    kinds: {
      type: 'string[]',
      doc: 'The kinds of content that clients of this hub send. `chat4all check` then warns of those that a channel shows in another way, or not at all; nothing else comes of it, and every kind is sent.',
      oneOf: clientKinds,
    },
  },

  create(setup: StageSetup<StageTools>) {
    const served = new Set(setup.outputs.filter((port) => !ownPorts.has(port)))
    const legOf = legDeliveries(setup.tools, served)
    const isNamed = textSetting(setup, 'senderNames') === 'prefix'

    /** Why one of the channels it may fall back to could not be used. */
    function holeIn({ message, recipients: [first] }: EnrichedMessage): Refusal | undefined {
      for (const { channel, account, address } of message.fallback) {
        const participantId = first?.participantId ?? ''
        const leg = legOf(message, { participantId, channel, account, address }, false, null)
        if ('reason' in leg) return leg
      }
      return undefined
    }

    return {
      shape: 'transform',
      run({ key, value: enriched }, { nowMs }) {
        const { message, recipients } = enriched
        const senderName = isNamed ? enriched.senderName : null
        const refused = ({ reason, detail }: Refusal) => {
          const value = rejectionOf(message, 'message', setup.id, reason, detail, nowMs)
          return [{ to: 'rejected', key, value }] as const
        }
        const hasNext = message.fallback.length > 0
        let emits: DeliveryEmit[] = []
        for (const recipient of recipients) {
          const leg = legOf(message, recipient, hasNext, senderName)
          if ('reason' in leg) return refused(leg)
          if (emits.length === 0) emits = leg
          else emits.push(...leg)
        }
        if (!hasNext) return emits
        const hole = holeIn(enriched)
        if (hole) return refused(hole)
        const watched = recipients.map(({ participantId, channel }) => {
          const value: Fallback = {
            message,
            participantId,
            channel,
            parts: emits.filter(({ value: { participantId: of } }) => of === participantId).length,
            next: 0,
            since: nowMs,
            looks: 0,
          }
          return { to: 'fallback', key, value } as const
        })
        return [...emits, ...watched]
      },
    }
  },
})

const ownPorts: ReadonlySet<string> = new Set(['rejected', 'fallback'])
