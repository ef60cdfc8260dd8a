/** What kafkajs writes before a body: length, number of the request, its version, another number and the client's name. */
const usualRoom = 256

/** A request's body as it goes over the wire, with room for its head before it. */
export class RequestBody {
  /** Where the body begins in what is written. */
  static readonly start = usualRoom
  readonly #bytes: Buffer

  /** These bytes from `RequestBody.start` on. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get length(): number {
    return this.#bytes.length - usualRoom
  }

  /** The body alone, under both of the names that kafkajs's Encoder has for its bytes. */
  get buf(): Buffer {
    return this.#bytes.subarray(usualRoom)
  }

  get buffer(): Buffer {
    return this.buf
  }

  /** The head and the body, which stays where it is. */
  behind(head: Buffer): Buffer {
    const start = usualRoom - head.length
    if (start < 0) return Buffer.concat([head, this.buf])
    head.copy(this.#bytes, start)
    return this.#bytes.subarray(start)
  }
}
