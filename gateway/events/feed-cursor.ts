import { Chat4AllError } from '../../topology/contract/errors.ts'

/** The next offset to read, by partition: a place in the feed that skips nothing, however late a commit comes. */
export type FeedVector = readonly number[]

const version = 1

/** Opaque to clients, so that what is in it may change. */
export function writeFeedCursor(vector: FeedVector): string {
  const bytes: number[] = [version]
  for (const offset of vector) {
    // Seven bits at a time, low ones first. Offsets reach beyond 32 bits, where shifts end.
    let rest = offset
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    bytes.push(rest)
  }
  return Buffer.from(bytes).toString('base64url')
}

/** Throws C4A_BAD_REQUEST for text that this feed never gave out. */
export function readFeedCursor(cursor: string, partitions: number): FeedVector {
  const bytes = Buffer.from(cursor, 'base64url')
  const vector: number[] = []
  let offset = 0
  let scale = 1
  for (const byte of bytes.subarray(1)) {
    offset += (byte & 0x7f) * scale
    if (byte & 0x80) {
      scale *= 0x80
      continue
    }
    vector.push(offset)
    offset = 0
    scale = 1
  }
  const whole = scale === 1 && vector.every(Number.isSafeInteger)
  if (bytes[0] === version && whole && vector.length === partitions) return vector
  throw new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The cursor is not one of this feed',
    why: 'it cannot be read',
    todo: "Give it back as it came, or use 'start' or 'now'",
  })
}
