/**
 * Bytes that PGlite reads as a blob, as they are: a real Blob copies them when it is made, and again when it is read. What
 * is copied is memory beside V8's heap, and so much of it made the thread collect its whole heap several times a second.
 */
export class HeldBytes extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super([])
    this.#bytes = bytes
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#bytes
    const isWhole = byteLength === buffer.byteLength
    return Promise.resolve(isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength))
  }

  /** Gives the memory back at once, and not when somebody looks for garbage. */
  drop(): void {
    this.#bytes.buffer.transfer(0)
  }
}
