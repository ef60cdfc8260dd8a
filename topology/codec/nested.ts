import type { Type } from './avsc.ts'
import type { Encoder } from './encoder-of.ts'
import { lengthBytes } from './length-bytes.ts'
import { type CheckHook, insideOf } from './tap.ts'
import { headerBytes, writeHeader } from './wire-header.ts'
import { writeLong } from './write-long.ts'

/** A record type as it is written. */
export interface Written {
  readonly type: Type
  readonly encoder: Encoder
  readonly id: number
}

/**
 * A record that is to stand in a bytes field of another, in Confluent wire format. It is written in its place when that one
 * is: encoded apart it would be written twice, and the first time into memory that is then let go.
 */
export class Nested {
  readonly #form: Written
  readonly #value: unknown

  constructor(form: Written, value: unknown) {
    this.#form = form
    this.#value = value
  }

  /** Length and bytes, and where they end, as an encoder has it. */
  write(buffer: Buffer, at: number): number {
    const { encoder, id } = this.#form
    const from = at + usualLengthBytes
    const length = encoder(buffer, from + headerBytes, this.#value) - from
    const start = at + lengthBytes(length)
    const end = start + length
    if (end > buffer.length) return end
    if (start !== from) buffer.copyWithin(start, from, from + length)
    writeHeader(buffer, start, id)
    writeLong(buffer, at, length)
    return end
  }

  check(flags: unknown, hook?: CheckHook, path?: string[]): boolean {
    return insideOf(this.#form.type)._check(this.#value, flags, hook, path)
  }
}

/** What most texts that people write need, so that these are not moved afterwards. */
const usualLengthBytes = 2
