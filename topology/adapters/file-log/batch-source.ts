import { Chat4AllError } from '../../contract/errors.ts'
import type { StoredRecord } from '../../contract/record.ts'

/** Some records of one partition that were stored together. */
export interface Batch {
  readonly base: number
  /** The last offset covered: compaction may have removed the record itself. */
  readonly last: number
  /** The highest timestamp of the partition up to here, rounded down: it never falls. */
  readonly ceilMs: number
  /** Those from the offset on. Throws C4A_STORE_CORRUPT, naming partition and offsets, when the checksum does not hold. */
  records(from: number): StoredRecord[]
}

/** Where batches of one partition are kept. */
export interface BatchSource {
  /** In order, from the one that covers `from` on. */
  batches(from: number): Iterable<Batch>
  /** The base of the first batch from `from` on whose `ceilMs` reaches the time; undefined when none does. */
  reaching(timestampMs: number, from: number): number | undefined
}

export function damaged(
  topic: string,
  partition: number,
  base: number,
  last: number,
): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `Offsets ${base} to ${last} of partition ${partition} of topic '${topic}' cannot be read`,
    why: 'their checksum does not fit their bytes: the file was damaged',
    todo: `Restore the file from a backup, or set the group's offset to ${last + 1} to go on without them`,
  })
}
