import type { Headers, StoredRecord } from '../../../contract/record.ts'
import type { BatchTexts } from './batch-texts.ts'
import { StoredHeaders } from './stored-headers.ts'

/**
 * A record of a batch. While it waits for its turn it is one small object over the batch's bytes, beside the view of its value: key and
 * headers are made when they are asked for. Thousands wait in a stage, and what waits is moved about by the collector.
 */
export class KafkaRecord implements StoredRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly value: Uint8Array | null
  readonly timestampMs: number
  readonly #batch: BatchTexts
  readonly #keyAt: number
  readonly #keyEnd: number
  readonly #headersAt: number
  readonly #end: number
  #headers: Headers | undefined

  /** @param end where the last header ends */
  constructor(
    topic: string,
    partition: number,
    offset: number,
    value: Uint8Array | null,
    timestampMs: number,
    batch: BatchTexts,
    keyAt: number,
    keyEnd: number,
    headersAt: number,
    end: number,
  ) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.value = value
    this.timestampMs = timestampMs
    this.#batch = batch
    this.#keyAt = keyAt
    this.#keyEnd = keyEnd
    this.#headersAt = headersAt
    this.#end = end
  }

  get key(): string {
    return this.#batch.text(this.#keyAt, this.#keyEnd)
  }

  get headers(): Headers {
    this.#headers ??= StoredHeaders.over(this.#batch, this.#headersAt, this.#end)
    return this.#headers
  }
}
