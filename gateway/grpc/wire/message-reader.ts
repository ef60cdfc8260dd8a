import type { CallStatus } from './call-status.ts'
import { inflated } from './inflated.ts'
import { status } from './status.ts'

/** A flag for compression and four bytes of length (gRPC over HTTP2, "Length-Prefixed-Message"). */
export const prefixBytes = 5

/** Cuts the body of a request into its messages, however its packets fall. */
export class MessageReader {
  readonly #maxBytes: number
  readonly #encoding: string
  /** What came of a message that is not whole yet. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** With fewer bytes than these there is nothing new to see. */
  #neededBytes = prefixBytes

  constructor(maxBytes: number, encoding: string) {
    this.#maxBytes = maxBytes
    this.#encoding = encoding
  }

  /** True where the body may end. */
  get isBetween(): boolean {
    return this.#heldBytes === 0
  }

  /** Hands over each message that is whole; ends early with what is wrong, `take`'s or its own. */
  read(chunk: Buffer, take: (message: Buffer) => CallStatus | undefined): CallStatus | undefined {
    this.#heldBytes += chunk.length
    if (this.#heldBytes < this.#neededBytes) {
      this.#held.push(chunk)
      return undefined
    }
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([...this.#held, chunk])
    let at = 0
    this.#neededBytes = prefixBytes
    while (bytes.length - at >= prefixBytes) {
      const length = bytes.readUInt32BE(at + 1)
      if (length > this.#maxBytes) return tooLarge(length, this.#maxBytes)
      const end = at + prefixBytes + length
      if (end > bytes.length) {
        this.#neededBytes = end - at
        break
      }
      const fault = this.#message(bytes[at] ?? 0, bytes.subarray(at + prefixBytes, end), take)
      if (fault !== undefined) return fault
      at = end
    }
    this.#held = at < bytes.length ? [bytes.subarray(at)] : []
    this.#heldBytes = bytes.length - at
    return undefined
  }

  #message(flag: number, message: Buffer, take: (message: Buffer) => CallStatus | undefined) {
    if (flag === 0) return take(message)
    if (flag !== 1) {
      return {
        code: status.INTERNAL,
        details: `A message begins with ${flag}: 0 or 1 was expected`,
      }
    }
    const whole = inflated(message, this.#encoding, this.#maxBytes)
    return Buffer.isBuffer(whole) ? take(whole) : whole
  }
}

function tooLarge(length: number, maxBytes: number): CallStatus {
  return {
    code: status.RESOURCE_EXHAUSTED,
    details: `A message has ${length} bytes, and at most ${maxBytes} are taken: send it in parts`,
  }
}
