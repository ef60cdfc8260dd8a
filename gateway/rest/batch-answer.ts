import { writeUtf8 } from '../../topology/contract/write-utf8.ts'
import type { Accepted } from '../operations/send.ts'
import type { BatchItem } from '../operations/send-batch.ts'
import { acceptedText } from './accepted-text.ts'
import { isPlainId } from './is-plain-id.ts'

let scratch = Buffer.allocUnsafeSlow(128 * 1024)

/**
 * The body of a batch's answer, as the schema BatchAnswer has it. Written as bytes, because a text of a thousand pieces would be
 * made flat, measured and encoded before it is sent. An item like the one before is a copy of that one with its own ids
 * written into it.
 */
export function batchAnswer(items: readonly BatchItem[]): Buffer {
  let end = writeUtf8(scratch, 0, '{"items":[')
  /** The last item, where all its ids are ours, and where it begins. */
  let before: Accepted | null = null
  let start = 0
  for (const item of items) {
    if (end > opening) scratch[end++] = comma
    const usual: Accepted | null = isAccepted(item) && isUsual(item) ? item : null
    const from = start
    start = end
    end =
      usual?.position.length === before?.position.length && usual !== null
        ? writeLike(from, start, usual)
        : writeWhole(start, isAccepted(item) ? acceptedText(item) : JSON.stringify(item))
    before = usual
  }
  // Copied out: what is not of V8's heap hastens its collections, and how much it will be is not known before.
  return Buffer.from(scratch.subarray(0, writeUtf8(scratch, end, ']}')))
}

const opening = '{"items":['.length
const comma = 0x2c

const isAccepted = (item: BatchItem): item is Accepted => item.status === 'accepted'

/** All usual items are equally long but for their positions: a message with its submission's id to a person. */
const isUsual = ({ messageId, submissionId, conversationId }: Accepted): boolean =>
  messageId === submissionId && conversationId.length === derivedLength && isPlainId(conversationId)
/** Of the id of a conversation with one person. */
const derivedLength = 24

function writeWhole(at: number, text: string): number {
  makeRoom(at + 3 * text.length)
  return writeUtf8(scratch, at, text)
}

function makeRoom(end: number): void {
  if (end + closing <= scratch.length) return
  const larger = Buffer.allocUnsafeSlow(2 * (end + closing))
  larger.set(scratch)
  scratch = larger
}

/** For what stands between items and behind the last. */
const closing = 16

/** Where the ids of a usual item stand in it. */
const messageAt = '{"status":"accepted","messageId":"'.length
const submissionAt = messageAt + 36 + '","submissionId":"'.length
const conversationAt = submissionAt + 36 + '","conversationId":"'.length
const positionAt = conversationAt + derivedLength + '","position":"'.length

function writeLike(from: number, at: number, { submissionId, conversationId, position }: Accepted) {
  const end = at + positionAt + position.length + '"}'.length
  makeRoom(end)
  scratch.copyWithin(at, from, from + end - at)
  writeUtf8(scratch, at + messageAt, submissionId)
  scratch.copyWithin(at + submissionAt, at + messageAt, at + messageAt + 36)
  writeUtf8(scratch, at + conversationAt, conversationId)
  writeUtf8(scratch, at + positionAt, position)
  return end
}
