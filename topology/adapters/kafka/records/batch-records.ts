import type { StoredRecord, TopicPartition } from '../../../contract/record.ts'
import { BatchTexts } from './batch-texts.ts'
import { ByteReader } from './byte-reader.ts'
import { KafkaRecord } from './kafka-record.ts'

/** What a batch's head says of its records. */
export interface BatchBody {
  readonly baseOffset: number
  readonly baseMs: number
  /** The broker's time, where the topic is dated by the broker. */
  readonly appendMs: number | null
  readonly count: number
  /** As it is after decompression. */
  readonly body: Buffer
}

/** The records of one batch, made when they are taken: what waits for long is copied by the garbage collector, but for bytes. */
export class BatchRecords {
  readonly #batch: BatchBody
  readonly #at: TopicPartition
  readonly #from: number
  readonly #reader: ByteReader
  readonly #texts: BatchTexts
  #left: number
  /** Where the next one begins: one that cannot be read stands in the way of those behind it. */
  #next = 0

  /** Those below the offset `from` are passed over. */
  constructor(batch: BatchBody, at: TopicPartition, from: number) {
    this.#batch = batch
    this.#at = at
    this.#from = from
    this.#reader = new ByteReader(batch.body)
    this.#texts = new BatchTexts(batch.body)
    this.#left = batch.count
  }

  /** Records not taken, those to be passed over among them. */
  get left(): number {
    return this.#left
  }

  /** Adds up to `most` of them to `records`. Throws a RangeError where the bytes end too soon. */
  take(most: number, records: StoredRecord[]): void {
    const reader = this.#reader
    for (let taken = 0; taken < most && this.#left > 0; ) {
      reader.at = this.#next
      const length = reader.varint()
      const end = reader.at + length
      reader.at += 1
      const timestampMs = this.#batch.baseMs + reader.varint()
      const offset = this.#batch.baseOffset + reader.varint()
      if (offset >= this.#from) {
        records.push(this.#record(offset, timestampMs))
        taken++
      }
      this.#next = end
      this.#left--
    }
  }

  /** Of which the reader stands before the key. */
  #record(offset: number, timestampMs: number): StoredRecord {
    const { topic, partition } = this.#at
    const reader = this.#reader
    const keyLength = Math.max(0, reader.varint()) // null (of another's record) counts as empty
    const keyAt = reader.at
    reader.skip(keyLength)
    const keyEnd = reader.at
    const valueLength = reader.varint()
    const value = valueLength < 0 ? null : reader.view(valueLength)
    const headersAt = reader.at
    // Looked through now: what cannot be read is to be known here, and not when somebody asks for it.
    reader.skipSized(2 * reader.varint())
    return new KafkaRecord(
      topic,
      partition,
      offset,
      value,
      this.#batch.appendMs ?? timestampMs,
      this.#texts,
      keyAt,
      keyEnd,
      headersAt,
      reader.at,
    )
  }
}
