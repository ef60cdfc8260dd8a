import type { StoredRecord } from '../../../contract/record.ts'
import type { BatchRecords } from '../records/batch-records.ts'

/** What was fetched of a partition and is not handed over, in order. */
export class Unread {
  #again: readonly StoredRecord[] = []
  readonly #batches: BatchRecords[] = []
  #length = 0

  /** Those that were passed over when their batch was fetched may be among them. */
  get length(): number {
    return this.#length
  }

  push(batches: readonly BatchRecords[]): void {
    for (const batch of batches) {
      this.#batches.push(batch)
      this.#length += batch.left
    }
  }

  /** Up to `most` records. Throws, and loses nothing, where a batch cannot be read. */
  take(most: number): readonly StoredRecord[] {
    const records = this.#again.slice(0, most)
    this.#again = this.#again.slice(most)
    this.#length -= records.length
    try {
      for (let [batch] = this.#batches; batch && records.length < most; [batch] = this.#batches) {
        this.#takeOf(batch, most - records.length, records)
        if (batch.left === 0) this.#batches.shift()
      }
    } catch (error) {
      this.putBack(records)
      throw error
    }
    return records
  }

  /** Records that were taken last come first again. */
  putBack(records: readonly StoredRecord[]): void {
    this.#again = [...records, ...this.#again]
    this.#length += records.length
  }

  #takeOf(batch: BatchRecords, most: number, records: StoredRecord[]): void {
    const { left } = batch
    try {
      batch.take(most, records)
    } finally {
      this.#length -= left - batch.left
    }
  }
}
