import type { Headers } from '../../../contract/record.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Lets a private field be given to an object that is there already: what a constructor answers is what it makes. */
class Present {
  constructor(headers: Headers) {
    // biome-ignore lint/correctness/noConstructorReturn: see above
    return headers
  }
}

/**
 * Where a batch has the bytes of headers that were read from it. Most records are passed on with the very headers they came
 * with, and to write these again text by text costs more than all else of a record. The place is a private field of the headers
 * themselves: a copy (`{ ...headers }`) does not have it, and nobody sees it.
 */
export class StoredHeaders extends Present {
  readonly #batch: Buffer
  readonly #start: number
  readonly #end: number

  private constructor(headers: Headers, batch: Buffer, start: number, end: number) {
    super(headers)
    this.#batch = batch
    this.#start = start
    this.#end = end
  }

  /** They stand in the batch from their number on, up to the end of the last of them. */
  static note(headers: Headers, batch: Buffer, start: number, end: number): void {
    new StoredHeaders(headers, batch, start, end)
  }

  /** Writes them as they were read; false where they were not read from a batch. */
  static write(headers: Headers, out: ByteWriter): boolean {
    if (!(#batch in headers)) return false
    out.part(headers.#batch, headers.#start, headers.#end)
    return true
  }
}
