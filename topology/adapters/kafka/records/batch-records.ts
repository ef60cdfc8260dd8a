import type { Headers, StoredRecord, TopicPartition } from '../../../contract/record.ts'
import { ByteReader } from './byte-reader.ts'
import { StoredHeaders } from './stored-headers.ts'

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

/**
 * The records of one batch, made when they are taken. A record takes several times the memory of its bytes, and what waits
 * for long is copied by the garbage collector: so what waits is bytes.
 */
export class BatchRecords {
  readonly #batch: BatchBody
  readonly #at: TopicPartition
  readonly #from: number
  readonly #reader: ByteReader
  readonly #before: Known[] = []
  #left: number
  /** Where the next one begins: one that cannot be read stands in the way of those behind it. */
  #next = 0

  /** Those below the offset `from` are passed over. */
  constructor(batch: BatchBody, at: TopicPartition, from: number) {
    this.#batch = batch
    this.#at = at
    this.#from = from
    this.#reader = new ByteReader(batch.body)
    this.#left = batch.count
  }

  /** Records not taken, those to be passed over among them. */
  get left(): number {
    return this.#left
  }

  /** Adds up to `most` of them to `records`. Throws a RangeError where the bytes end too soon. */
  take(most: number, records: StoredRecord[]): void {
    const { baseOffset, baseMs, appendMs } = this.#batch
    const { topic, partition } = this.#at
    const reader = this.#reader
    const from = this.#from
    for (let taken = 0; taken < most && this.#left > 0; ) {
      reader.at = this.#next
      const length = reader.varint()
      const end = reader.at + length
      reader.at += 1
      const timestampMs = baseMs + reader.varint()
      const offset = baseOffset + reader.varint()
      if (offset >= from) {
        const key = text(reader, reader.varint())
        const valueLength = reader.varint()
        const value = valueLength < 0 ? null : reader.view(valueLength)
        const headers = readHeaders(reader, this.#before)
        records.push({
          topic,
          partition,
          offset,
          key,
          value,
          headers,
          timestampMs: appendMs ?? timestampMs,
        })
        taken++
      }
      this.#next = end
      this.#left--
    }
  }
}

/** A text, and where its bytes stand. */
interface Known {
  readonly text: string
  readonly at: number
  readonly length: number
}

/** Records of one batch mostly have the same headers, so bytes are made a text only where they are not those before. */
function readHeaders(reader: ByteReader, before: Known[]): Headers {
  const headers: Record<string, string> = {}
  const start = reader.at
  const end = 2 * reader.varint()
  for (let index = 0; index < end; index += 2) {
    const name = readText(reader, before, index)
    const value = readText(reader, before, index + 1)
    // Assigning to it would set the prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true })
    else headers[name] = value
  }
  StoredHeaders.note(headers, reader.bytes, start, reader.at)
  return headers
}

function readText(reader: ByteReader, before: Known[], index: number): string {
  const length = reader.varint()
  const { at, bytes } = reader
  const known = before[index]
  if (known?.length === length) {
    let same = 0
    while (same < length && bytes[at + same] === bytes[known.at + same]) same++
    if (same === length) {
      reader.at += length
      return known.text
    }
  }
  const read = text(reader, length)
  before[index] = { text: read, at, length }
  return read
}

/** Null (of another's record) counts as empty. */
function text(reader: ByteReader, length: number): string {
  if (length <= 0) return ''
  const { at, bytes } = reader
  reader.at += length
  return bytes.toString('utf8', at, at + length)
}
