import type { Type } from './avsc.ts'
import { decoderSource } from './decoder-source.ts'
import { exactLongAt } from './exact-long-at.ts'
import { compiled } from './generated-code.ts'
import { isExact } from './is-exact.ts'
import { readText, type Utf8Buffer } from './read-text.ts'
import { setEntry } from './set-entry.ts'

/** Where a reader stands. */
export interface Cursor {
  p: number
}

/**
 * Reads a value's Avro body from `at` on, and leaves where it ended in the cursor, which may be beyond the buffer's end:
 * then the value is nonsense. Throws for what no such value is.
 */
export type Decoder = (buffer: Buffer, at: number, cursor: Cursor) => unknown

/**
 * What avsc's reader reads, for half of its price: straight code for the fields of this very type, where avsc calls the reader of
 * each field's type, which moves a cursor in an object. For bytes that this very schema wrote. Throws for kinds of
 * types that no schema of ours has.
 */
export function decoderOf(type: Type): Decoder {
  return compiled(decoderSource(type), readers) as Decoder
}

const readers = {
  text: readText,
  bytes: (buffer: Utf8Buffer, start: number, end: number) => buffer.subarray(start, end),
  int,
  long,
  float,
  double,
  count,
  set: setEntry,
  truncated,
  noBranch() {
    throw new Error('a union names a branch that it does not have')
  },
  noSymbol() {
    throw new Error('an enum names a symbol that it does not have')
  },
}

function truncated(): never {
  throw new Error('truncated buffer')
}

function int(buffer: Uint8Array, cursor: Cursor): number {
  let sum = 0
  let factor = 1
  let byte: number
  do {
    byte = buffer[cursor.p++] ?? 0
    sum += (byte & 0x7f) * factor
    factor *= 128
  } while (byte & 0x80)
  return sum % 2 ? -(sum + 1) / 2 : sum / 2
}

/** Exact up to 2^53 - 1 either way, and refused beyond. */
function long(buffer: Uint8Array, cursor: Cursor): number {
  const start = cursor.p
  const value = int(buffer, cursor)
  return isExact(value) ? value : exactLongAt(buffer, start)
}

function float(buffer: Buffer, cursor: Cursor): number {
  const at = cursor.p
  cursor.p += 4
  return cursor.p > buffer.length ? truncated() : buffer.readFloatLE(at)
}

function double(buffer: Buffer, cursor: Cursor): number {
  const at = cursor.p
  cursor.p += 8
  return cursor.p > buffer.length ? truncated() : buffer.readDoubleLE(at)
}

/**
 * Items in the next block; 0 ends. A negative count is followed by the block's size in bytes. It is believed only as
 * far as there are bytes left: a damaged one would go round a loop of 2^53, and the record would hang its stage instead of dying.
 */
function count(buffer: Uint8Array, cursor: Cursor): number {
  let items = int(buffer, cursor)
  if (items < 0) {
    items = -items
    int(buffer, cursor)
  }
  if (items > buffer.length - cursor.p) {
    throw new Error('a block counts more items than bytes left')
  }
  return items
}
