import { inboundMessageId } from '../domain/ids.ts'
import type { Message } from '../schemas/types.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { answeredId } from './answered-id.ts'
import { fetchedMessage, withoutFile } from './fetched-message.ts'
import { numberSetting } from './setting.ts'
import type { StageTools } from './tools.ts'

/** How soon the history is asked again for a message it does not know yet. */
const askAgainMs = 500

/**
 * Brings here what people's messages refer to. Files are fetched at once, because the links to them end soon, and kept as
 * blobs; the message that one answers is named by our id in place of the platform's. Everything that people write passes
 * here: a text that was written after a picture waits for the picture.
 */
export const gather = defineStage({
  name: 'gather',
  doc: 'Fetches the files that people send and keeps them as blobs, and finds which message of ours they answer, in order per conversation; what cannot be had goes on without its bytes and says why.',
  shape: 'keyed-effect',
  in: { in: 'Message' },
  out: { messages: 'Message' },
  options: {
    within: {
      type: 'duration',
      doc: 'How long after it came a file is asked for again while its platform does not give it. What the person writes next waits for it.',
      default: '5m',
    },
    attemptTimeout: {
      type: 'duration',
      doc: 'How long one attempt may take.',
      default: '45s',
    },
    knownWithin: {
      type: 'duration',
      doc: 'How long after it came the message that it answers is looked for: the history may be behind, and some are of other programs.',
      default: '3s',
    },
  },

  create(setup: StageSetup<Pick<StageTools, 'content' | 'inboundMedia' | 'history'>>) {
    const { tools } = setup
    const knownWithinMs = numberSetting(setup, 'knownWithin')
    const policy = {
      withinMs: numberSetting(setup, 'within'),
      timeoutMs: numberSetting(setup, 'attemptTimeout'),
    }
    return {
      shape: 'keyed-effect',
      group: ({ value }) => `${value.tenant}/${value.channel}/${value.account}`,
      // A store of ours was away for longer than a message may wait.
      giveUp: ({ key, value }, reason) => [
        emitOf(key, withoutFile(answering(value, undefined), reason, tools.content)),
      ],
      async act({ key, value }, context) {
        const answered = value.replyTo === null ? null : await answeredId(value, tools.history)
        if (answered === undefined && context.now() < value.acceptedAt + knownWithinMs) {
          return { kind: 'hold', reason: 'answered-unknown', afterMs: askAgainMs }
        }
        const fetched = await fetchedMessage(value, context, tools, policy)
        if ('messageId' in fetched) {
          return { kind: 'done', emit: [emitOf(key, answering(fetched, answered))] }
        }
        const { afterMs } = fetched
        const hold = { kind: 'hold', reason: 'media-unreachable' } as const
        return afterMs === undefined ? hold : { ...hold, afterMs }
      },
    }
  },
})

const emitOf = (key: string, value: Message) => ({ to: 'messages', key, value }) as const

/** A message that nobody knows is named as if a person had written it: no client's can be mistaken for it. */
function answering(message: Message, answered: string | null | undefined): Message {
  const { replyTo, channel, account } = message
  if (replyTo === null) return message
  const named = answered ?? inboundMessageId(channel ?? '', account ?? '', replyTo)
  return { ...message, replyTo: named }
}
