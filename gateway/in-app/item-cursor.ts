import { Chat4AllError } from '../../topology/contract/errors.ts'

/** Everything for one person stands in one partition, so a place is an offset of it. Opaque to clients, so that what is in it may change. */
export const writeItemCursor = (partition: number, offset: number): string =>
  Buffer.from(`1.${partition}.${offset}`).toString('base64url')

/** The offset to go on from. Throws C4A_BAD_REQUEST for text that was never given out for this partition. */
export function readItemCursor(cursor: string, partition: number): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, owner, offset] = /^1\.(\d{1,9})\.(\d{1,16})$/.exec(text) ?? []
  if (owner === String(partition) && Number.isSafeInteger(Number(offset))) return Number(offset)
  throw new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The cursor is not one of this person',
    why: 'it cannot be read, or was given to somebody else',
    todo: "Give it back as it came, or use 'start' or 'now'",
  })
}
