import type { Type } from './avsc.ts'
import { type CheckHook, insideOf, type Tap } from './tap.ts'
import { headerBytes, writeHeader } from './wire-header.ts'

/**
 * A record that is to stand in a bytes field of another, in Confluent wire format. It is written in its place when that one
 * is: encoded apart it would be written twice, and the first time into memory that is then let go.
 */
export class Nested {
  readonly #type: Type
  readonly #schemaId: number
  readonly #value: unknown

  constructor(type: Type, schemaId: number, value: unknown) {
    this.#type = type
    this.#schemaId = schemaId
    this.#value = value
  }

  /** Length and bytes. As all that writes here it goes on beyond the end, so that the caller learns how much was lacking. */
  write(tap: Tap): void {
    const { buf, pos: start } = tap
    const from = start + usualLengthBytes
    tap.pos = from + headerBytes
    insideOf(this.#type)._write(tap, this.#value)
    const length = tap.pos - from
    const lengthBytes = bytesOfLength(length)
    const end = start + lengthBytes + length
    if (end <= buf.length) {
      if (lengthBytes !== usualLengthBytes) buf.copyWithin(start + lengthBytes, from, from + length)
      writeHeader(buf, start + lengthBytes, this.#schemaId)
      tap.pos = start
      tap.writeLong(length)
    }
    tap.pos = end
  }

  check(flags: unknown, hook?: CheckHook, path?: string[]): boolean {
    return insideOf(this.#type)._check(this.#value, flags, hook, path)
  }
}

/** What most texts that people write need, so that these are not moved afterwards. */
const usualLengthBytes = 2

/** Of an Avro long: seven bits a byte, one of them the sign's. */
function bytesOfLength(length: number): number {
  let bytes = 1
  for (let rest = Math.floor(length / 64); rest > 0; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}
