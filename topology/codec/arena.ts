import type { Type } from './avsc.ts'
import { headerBytes, writeHeader } from './wire-header.ts'

// Small enough that a record kept for long pins little, large enough to be rarely replaced.
const arenaBytes = 64 * 1024

/**
 * Room that records are written into one after another, each byte once: an answer is a slice that is
 * never written again, and a full arena is left to its slices. So a slice's `buffer` is shared: hand
 * on the slice, never `slice.buffer`, and copy before posting it to a worker.
 */
export class Arena {
  #buffer = Buffer.allocUnsafeSlow(arenaBytes)
  #used = 0

  /** Confluent wire format: a zero byte, the schema id, the Avro body. Throws what avsc throws for a bad value. */
  write(type: Type, schemaId: number, value: unknown): Buffer {
    const start = this.#used
    const end = type.encode(value, this.#buffer, start + headerBytes)
    if (end < 0) return this.#writeInNew(type, schemaId, value, end)
    this.#used = end
    return seal(this.#buffer, start, end, schemaId)
  }

  /** `missing` is what `encode` answered: the bytes that were lacking, as a negative number. */
  #writeInNew(type: Type, schemaId: number, value: unknown, missing: number): Buffer {
    const needed = this.#buffer.length - this.#used - missing
    // A large record gets a buffer of its own, so that the arena is not thrown away for it.
    const buffer = Buffer.allocUnsafeSlow(Math.max(arenaBytes, needed))
    const end = type.encode(value, buffer, headerBytes)
    if (needed <= arenaBytes / 4) {
      this.#buffer = buffer
      this.#used = end
    }
    return seal(buffer, 0, end, schemaId)
  }
}

function seal(buffer: Buffer, start: number, end: number, schemaId: number): Buffer {
  writeHeader(buffer, start, schemaId)
  return buffer.subarray(start, end)
}
