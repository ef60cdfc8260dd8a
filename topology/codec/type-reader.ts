import { Chat4AllError } from '../contract/errors.ts'
import type { Type } from './avsc.ts'
import { type Cursor, type Decoder, decoderOf } from './decoder-of.ts'
import { headerBytes } from './wire-header.ts'
import type { Writers } from './writers.ts'

/** Reading is synchronous, so one is enough. */
const cursor: Cursor = { p: 0 }

type Resolver = ReturnType<Type['createResolver']>

/** The schema id that bytes in Confluent wire format name. Throws C4A_RECORD_UNDECODABLE for other bytes. */
export function schemaIdOf(name: string, bytes: Uint8Array): number {
  // By number: taken apart as a list, they would come out of an iterator, for each record.
  if (bytes[0] !== 0 || bytes.length < headerBytes) {
    const start = Buffer.from(bytes.subarray(0, headerBytes)).toString('hex')
    throw undecodable(name, `it begins with ${start || 'nothing'}, not with a zero byte and an id`)
  }
  return (
    (bytes[1] ?? 0) * 2 ** 24 + ((bytes[2] ?? 0) << 16) + ((bytes[3] ?? 0) << 8) + (bytes[4] ?? 0)
  )
}

/** Reads one type, whatever version of it wrote the bytes; the way of each version is worked out once. */
export class TypeReader {
  readonly #name: string
  readonly #type: Type
  /** The id whose schema is this very type: no resolving. */
  readonly #ownId: number | undefined
  /** Stop after the last field that is wanted: for projections. */
  readonly #lazy: boolean
  readonly #writers: Writers
  readonly #resolvers = new Map<number, Resolver>()
  #decoder: Decoder | undefined

  constructor(name: string, type: Type, ownId: number | undefined, writers: Writers) {
    this.#name = name
    this.#type = type
    this.#ownId = ownId
    this.#lazy = ownId === undefined
    this.#writers = writers
  }

  read(bytes: Uint8Array): unknown {
    const id = schemaIdOf(this.#name, bytes)
    const resolver = id === this.#ownId ? undefined : this.#resolver(id)
    // A plain Uint8Array lacks what avsc calls.
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    try {
      if (this.#lazy) return this.#type.fromBuffer(buffer.subarray(headerBytes), resolver, true)
      return resolver ? readWhole(this.#type, buffer, resolver) : this.#readOwn(buffer)
    } catch (error) {
      throw undecodable(this.#name, error instanceof Error ? error.message : String(error))
    }
  }

  /** What this very schema wrote. */
  #readOwn(buffer: Buffer): unknown {
    this.#decoder ??= decoderOf(this.#type)
    const value = this.#decoder(buffer, headerBytes, cursor)
    ended(cursor.p, buffer)
    return value
  }

  #resolver(id: number): Resolver {
    const known = this.#resolvers.get(id)
    if (known) return known
    const writer = this.#writers.type(id)
    try {
      const resolver = this.#type.createResolver(writer)
      this.#resolvers.set(id, resolver)
      return resolver
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw undecodable(this.#name, `schema ${id} (${writer.name ?? writer.typeName}): ${why}`)
    }
  }
}

/** As `fromBuffer`, without making a view on the body. */
function readWhole(type: Type, buffer: Buffer, resolver: Resolver): unknown {
  const { value, offset } = type.decode(buffer, headerBytes, resolver)
  ended(offset, buffer)
  return value
}

/** avsc tells -1 for what goes beyond the end. */
function ended(at: number, buffer: Buffer): void {
  if (at === buffer.length) return
  throw new Error(at < 0 || at > buffer.length ? 'truncated buffer' : 'trailing data')
}

function undecodable(name: string, why: string): Chat4AllError {
  return new Chat4AllError('C4A_RECORD_UNDECODABLE', {
    what: `Bytes are no ${name}`,
    why,
    todo: 'See who wrote the record: its topic carries this type only',
  })
}
