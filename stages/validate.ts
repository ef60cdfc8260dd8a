import type { Message } from '../schemas/types.ts'
import { isCode } from '../topology/contract/errors.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { type ContentLimits, contentFault } from './content-fault.ts'
import { type Fault, messageFault } from './message-fault.ts'
import { PlainTexts } from './plain-texts.ts'
import { rejectionOf } from './rejection.ts'
import { numberSetting } from './setting.ts'
import type { ContentCodec, StageTools } from './tools.ts'

/** Rules that need no outside knowledge. What passes is the very value that came, so its bytes are reused. */
export const validate = defineStage({
  name: 'validate',
  doc: 'Refuses what can be seen to be wrong without asking anyone: bad ids, empty or oversized content, past expiry.',
  shape: 'transform',
  in: { in: 'Message' },
  out: { accepted: 'Message', rejected: 'Rejection' },
  options: {
    maxText: {
      type: 'number',
      doc: 'Longest text or caption, in UTF-16 units. Channels show less and get it in parts.',
      default: 65_536,
    },
  },

  create(setup: StageSetup<StageTools>) {
    const { content } = setup.tools
    const limits = { maxText: numberSetting(setup, 'maxText') }
    const plain = new PlainTexts(limits.maxText)
    return {
      shape: 'transform',
      run({ key, value: message }, { nowMs }) {
        const fault = faultOf(message, nowMs, content, limits, plain)
        if (!fault) return [{ to: 'accepted', key, value: message }]
        const { reason, detail } = fault
        const value = rejectionOf(message, 'message', setup.id, reason, detail, nowMs)
        return [{ to: 'rejected', key, value }]
      },
    }
  },
})

function faultOf(
  message: Message,
  nowMs: number,
  codec: ContentCodec,
  limits: ContentLimits,
  plain: PlainTexts,
): Fault | undefined {
  const fault = messageFault(message, nowMs)
  // What a person wrote is taken as the platform gave it, and sealed content is nobody's to read here.
  if (fault || message.seal || message.direction === 'inbound') return fault
  const { contentKind, content: bytes } = message
  if (plain.has(contentKind, bytes)) return undefined
  try {
    const content = codec.decode(contentKind, bytes)
    if (content.type === 'text') plain.learn(bytes)
    return contentFault(content, message.replyTo, limits)
  } catch (error) {
    if (!isCode(error, 'C4A_RECORD_UNDECODABLE')) throw error
    return {
      reason: 'undecodable',
      detail: `The content could not be read as '${contentKind}'.`,
    }
  }
}
