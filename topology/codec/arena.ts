import type { Encoder } from './encoder-of.ts'
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

  /** Confluent wire format: a zero byte, the schema id, the Avro body. Throws what the encoder throws for a bad value. */
  write(encoder: Encoder, schemaId: number, value: unknown): Buffer {
    const start = this.#used
    const end = encoder(this.#buffer, start + headerBytes, value)
    if (end > this.#buffer.length) return this.#writeInNew(encoder, schemaId, value, end - start)
    this.#used = end
    return seal(this.#buffer, start, end, schemaId)
  }

  #writeInNew(encoder: Encoder, schemaId: number, value: unknown, needed: number): Buffer {
    // A large record gets a buffer of its own, so that the arena is not thrown away for it.
    const buffer = Buffer.allocUnsafeSlow(Math.max(arenaBytes, needed))
    const end = encoder(buffer, headerBytes, value)
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
