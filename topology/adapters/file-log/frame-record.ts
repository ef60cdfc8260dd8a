import type { Headers, StoredRecord } from '../../contract/record.ts'
import type { ReadRun } from './read-run.ts'

/**
 * A record that was read back. While it waits for its turn it is one small object over the bytes of its run: key and headers are made when
 * they are asked for. Records that wait by the thousand would else be moved about, as a dozen objects each, by the collector.
 */
export class FrameRecord implements StoredRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly value: Uint8Array | null
  readonly timestampMs: number
  readonly #run: ReadRun
  readonly #nth: number

  constructor(
    topic: string,
    partition: number,
    offset: number,
    value: Uint8Array | null,
    timestampMs: number,
    run: ReadRun,
    nth: number,
  ) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.value = value
    this.timestampMs = timestampMs
    this.#run = run
    this.#nth = nth
  }

  get key(): string {
    return this.#run.key(this.#nth)
  }

  get headers(): Headers {
    return this.#run.headers(this.#nth)
  }
}
