import type { NewRecord, TopicPartition } from '../../../contract/record.ts'
import { writeBatch } from '../records/batch-writer.ts'
import type { ByteWriter } from '../records/byte-writer.ts'
import type { Codec } from '../records/codecs.ts'
import type { AppendCall } from './append-call.ts'
import type { Identity } from './identities.ts'

export interface Entry {
  readonly record: NewRecord
  readonly call: AppendCall
  /** The record's place in its call. */
  readonly index: number
  /** About so long is the record in a batch. */
  readonly bytes: number
}

/** A batch on its way. Sent again it is the same bytes, so that the broker knows it; they may stand in a request. */
export interface Batch {
  readonly entries: readonly Entry[]
  readonly bytes: Buffer
  readonly identity: Identity
  readonly sequence: number
}

/**
 * What waits for one partition. One batch at a time is on its way, and the next is made only when it is settled:
 * so the order of the records is the order of the calls, whatever has to be sent again.
 */
export class PartitionQueue {
  readonly at: TopicPartition
  readonly #waiting: Entry[] = []
  #head = 0
  #bytes = 0
  #batch: Batch | null = null
  #identity: Identity | null = null
  #sequence = 0
  /** The producer whose numbers for this partition are in doubt: a batch that went out with one of them was given up. */
  #spent: bigint | null = null
  /** Not sent again before this time, milliseconds. */
  restsUntilMs = 0
  isUnderWay = false

  constructor(at: TopicPartition) {
    this.at = at
  }

  push(entry: Entry): void {
    this.#waiting.push(entry)
    this.#bytes += entry.bytes
  }

  /** About so many bytes wait here, what is under way among them. */
  get bytes(): number {
    return this.#bytes + (this.#batch?.bytes.length ?? 0)
  }

  get isEmpty(): boolean {
    return this.#batch === null && this.#head === this.#waiting.length
  }

  /** Nothing new may go out as this producer: the broker could take it for the repetition of something else. */
  hasSpent({ producerId }: Identity): boolean {
    if (this.#batch?.entries.every(({ call }) => call.settled)) this.#discard()
    return this.#batch === null && this.#spent === producerId
  }

  /** Writes the batch to send: the one that was not settled, or a new one of what waits; null when all that waits was given up. */
  next(
    identity: Identity,
    codec: Codec,
    maxBytes: number,
    nowMs: number,
    out: ByteWriter,
  ): Batch | null {
    if (this.#batch) {
      out.raw(this.#batch.bytes)
      return this.#batch
    }
    const entries = this.#take(maxBytes)
    this.#batch = entries.length > 0 ? this.#made(entries, identity, codec, nowMs, out) : null
    return this.#batch
  }

  written(baseOffset: number): void {
    const batch = this.#batch
    if (!batch) return
    this.#batch = null
    // Java's producer wraps likewise: after 2^31 - 1 comes 0.
    this.#sequence = (batch.sequence + batch.entries.length) % 0x80000000
    const { topic, partition } = this.at
    let offset = baseOffset
    for (const { call, index } of batch.entries) {
      call.written(index, { topic, partition, offset })
      offset += 1
    }
  }

  /** The broker does not know this producer any more: the same records, as a new one, still before all that follow. */
  restamp(identity: Identity, codec: Codec, nowMs: number): void {
    const entries = this.#batch?.entries ?? []
    this.#identity = null
    this.#batch = this.#made(entries, identity, codec, nowMs)
  }

  /** The broker takes no batch of this size: what follows its first half waits again, in front. False for a single record. */
  halve(identity: Identity, codec: Codec, nowMs: number): boolean {
    const entries = this.#batch?.entries ?? []
    if (entries.length < 2) return false
    const middle = entries.length >> 1
    const again = entries.slice(middle)
    this.#waiting.splice(this.#head, 0, ...again)
    for (const { bytes } of again) this.#bytes += bytes
    this.#batch = this.#made(entries.slice(0, middle), identity, codec, nowMs)
    return true
  }

  /** The calls of the batch end with the error. */
  fail(error: unknown): void {
    for (const { call } of this.#batch?.entries ?? []) call.fail(error)
    this.#discard()
  }

  /** The batch is given up. The broker may or may not have its numbers, so the next one goes out as another producer. */
  #discard(): void {
    this.#spent = this.#batch?.identity.producerId ?? null
    this.#batch = null
    this.#identity = null
  }

  #take(maxBytes: number): Entry[] {
    const entries: Entry[] = []
    let bytes = 0
    while (this.#head < this.#waiting.length) {
      const entry = this.#waiting[this.#head]
      if (!entry) break
      if (!entry.call.settled) {
        bytes += entry.bytes
        if (entries.length > 0 && bytes > maxBytes) break
        entries.push(entry)
      }
      this.#head += 1
      this.#bytes -= entry.bytes
    }
    if (this.#head === this.#waiting.length) {
      this.#waiting.length = 0
      this.#head = 0
    } else if (this.#head > 1024) {
      this.#waiting.splice(0, this.#head)
      this.#head = 0
    }
    return entries
  }

  #made(
    entries: readonly Entry[],
    identity: Identity,
    codec: Codec,
    nowMs: number,
    out?: ByteWriter,
  ): Batch {
    if (this.#identity?.producerId !== identity.producerId) {
      this.#identity = identity
      this.#sequence = 0
    }
    const records = entries.map(({ record }) => record)
    const sequence = this.#sequence
    const bytes = writeBatch(records, nowMs, codec, { ...identity, sequence }, out)
    return { entries, bytes, identity, sequence }
  }
}
