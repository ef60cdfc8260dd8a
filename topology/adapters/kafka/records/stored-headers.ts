import type { Headers } from '../../../contract/record.ts'
import type { BatchTexts } from './batch-texts.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/**
 * Headers as they stand in the batch they were read from. Most records are passed on with the very headers they came with, of which
 * nobody asks for more than one: to make texts of all of them costs more than all else of reading a record, and so does
 * writing them again text by text.
 *
 * Who holds them has an object like any other. A proxy answers for it: one name is looked for in the bytes, and who wants all of
 * them (a copy, a loop) gets them from an object that is made then.
 */
export class StoredHeaders {
  readonly #batch: BatchTexts
  readonly #start: number
  readonly #end: number
  #all: Headers | undefined

  private constructor(batch: BatchTexts, start: number, end: number) {
    this.#batch = batch
    this.#start = start
    this.#end = end
  }

  /** They stand in the batch from their number on, up to the end of the last of them, where whoever asks has looked that they do. */
  static over(batch: BatchTexts, start: number, end: number): Headers {
    return new Proxy(new StoredHeaders(batch, start, end), answers) as unknown as Headers // see `answers`
  }

  /** What is behind headers that came out of a batch; undefined for all others. A copy (`{ ...headers }`) is such an other. */
  static behind(headers: Headers): StoredHeaders | undefined {
    return (headers as Answering)[itself]
  }

  get length(): number {
    return this.#end - this.#start
  }

  /** Writes them as they were read. */
  write(out: ByteWriter): void {
    out.part(this.#batch.bytes, this.#start, this.#end)
  }

  /** All of them, by name. */
  get all(): Headers {
    this.#all ??= this.#read()
    return this.#all
  }

  /** As of an object that has them. */
  value(name: string): unknown {
    if (this.#all) return this.#all[name]
    let found: string | undefined
    const { bytes } = this.#batch
    const reader = new ByteReader(bytes, this.#start, this.#end)
    const end = 2 * reader.varint()
    for (let place = 0; place < end; place += 2) {
      const length = Math.max(0, reader.varint())
      const { at } = reader
      reader.skip(length)
      // A name that repeats keeps its last value.
      if (length === name.length && isAsciiAt(name, bytes, at)) {
        found = this.#batch.read(reader, place + 1)
      } else reader.skip(Math.max(0, reader.varint()))
    }
    // What is missing may be a name beyond ASCII, or one that every object has.
    return found ?? (isPlain(name) ? undefined : this.all[name])
  }

  #read(): Headers {
    const headers: Record<string, string> = {}
    const reader = new ByteReader(this.#batch.bytes, this.#start, this.#end)
    const end = 2 * reader.varint()
    for (let place = 0; place < end; place += 2) {
      const name = this.#batch.read(reader, place)
      const value = this.#batch.read(reader, place + 1)
      // Assigning to it would set the prototype.
      if (name === '__proto__') {
        Object.defineProperty(headers, name, { value, enumerable: true, configurable: true })
      } else headers[name] = value
    }
    return headers
  }
}

/** What the proxy answers this module with, and nobody else can ask for. */
const itself = Symbol('stored headers')

type Answering = Headers & { readonly [itself]?: StoredHeaders }

/** Headers are read only, so nothing can be set. */
const answers: ProxyHandler<StoredHeaders> = {
  get: (stored, name) => {
    if (typeof name === 'string') return stored.value(name)
    return name === itself ? stored : Reflect.get(stored.all, name)
  },
  has: ({ all }, name) => name in all,
  ownKeys: ({ all }) => Reflect.ownKeys(all),
  getOwnPropertyDescriptor: ({ all }, name) => Reflect.getOwnPropertyDescriptor(all, name),
  getPrototypeOf: ({ all }) => Reflect.getPrototypeOf(all),
  set: () => false,
  defineProperty: () => false,
  deleteProperty: () => false,
  preventExtensions: () => false,
}

/** Whether the text, in ASCII, is what stands there. */
function isAsciiAt(text: string, bytes: Buffer, at: number): boolean {
  for (let nth = 0; nth < text.length; nth++) {
    const code = text.charCodeAt(nth)
    if (code > 0x7f || bytes[at + nth] !== code) return false
  }
  return true
}

/** In ASCII, and no name that a plain object has anyway. */
function isPlain(name: string): boolean {
  for (let nth = 0; nth < name.length; nth++) if (name.charCodeAt(nth) > 0x7f) return false
  return !(name in Object.prototype)
}
