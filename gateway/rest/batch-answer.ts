import { writeUtf8 } from '../../topology/contract/write-utf8.ts'
import type { Accepted } from '../operations/send.ts'
import type { BatchItem } from '../operations/send-batch.ts'

/**
 * The body of a batch's answer, as the schema BatchAnswer has it. Written as bytes, because a text of a thousand pieces
 * would be made flat, measured and encoded before it is sent; what stands between the ids is the same in each.
 */
export function batchAnswer(items: readonly BatchItem[]): Buffer {
  const texts = items.map((item) => (isAccepted(item) ? null : JSON.stringify(item)))
  const room = items.reduce((sum, item, nth) => sum + roomFor(item, texts[nth] ?? null), edgeBytes)
  const buffer = Buffer.allocUnsafeSlow(room)
  let at = writeUtf8(buffer, 0, '{"items":[')
  items.forEach((item, nth) => {
    if (nth > 0) buffer[at++] = comma
    at = isAccepted(item)
      ? writeAccepted(buffer, at, item)
      : writeUtf8(buffer, at, texts[nth] ?? '')
  })
  return buffer.subarray(0, writeUtf8(buffer, at, ']}'))
}

const isAccepted = (item: BatchItem): item is Accepted => item.status === 'accepted'

/** What stands before each id, and behind the last. */
const opening = Buffer.from('{"status":"accepted","messageId":"')
const beforeSubmission = Buffer.from('","submissionId":"')
const beforeConversation = Buffer.from('","conversationId":"')
const beforePosition = Buffer.from('","position":"')
const closing = Buffer.from('"}')

const edgeBytes = 32
const betweenBytes = 128
const comma = 0x2c
/** The longest that a UTF-16 unit becomes: escaped as `\u001f`. */
const escapedBytes = 6

function roomFor(item: BatchItem, text: string | null): number {
  if (text !== null || !isAccepted(item)) return 3 * (text?.length ?? 0) + 1
  const { messageId, submissionId, conversationId, position } = item
  const units = messageId.length + submissionId.length + conversationId.length + position.length
  return betweenBytes + escapedBytes * units
}

function writeAccepted(buffer: Buffer, start: number, accepted: Accepted): number {
  const { messageId, submissionId, conversationId, position } = accepted
  let at = put(buffer, start, opening)
  at = writeId(buffer, at, messageId)
  at = put(buffer, at, beforeSubmission)
  at = writeUtf8(buffer, at, submissionId)
  at = put(buffer, at, beforeConversation)
  at = writeId(buffer, at, conversationId)
  at = put(buffer, at, beforePosition)
  at = writeUtf8(buffer, at, position)
  return put(buffer, at, closing)
}

/** One by one: a call into Node takes longer than so few bytes. */
function put(buffer: Buffer, at: number, bytes: Buffer): number {
  for (let nth = 0; nth < bytes.length; nth++) buffer[at + nth] = bytes[nth] ?? 0
  return at + bytes.length
}

/** Between its quotes. Ids that a client chose may hold anything but control characters. */
function writeId(buffer: Buffer, start: number, id: string): number {
  const end = writeUtf8(buffer, start, id)
  for (let at = start; at < end; at++) {
    const byte = buffer[at] ?? 0
    if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash) {
      return writeUtf8(buffer, start, JSON.stringify(id).slice(1, -1))
    }
  }
  return end
}

const quote = 0x22
const backslash = 0x5c
