import type { Type } from './avsc.ts'
import { setEntry } from './set-entry.ts'
import { derive, insideOf, type Reader, type Tap, type TypeInside } from './tap.ts'
import { text } from './text.ts'

/**
 * Arrays and maps whose counts are believed only as far as there are bytes left. avsc would go round
 * a loop of 2^53 for a damaged count, and the record would hang its stage instead of dying. Items
 * that take no bytes at all (null, an empty record) are therefore refused in arrays of more than
 * the bytes left; no type of ours has them.
 */
export function boundedArray(type: Type): Type {
  // Runs on the type and on resolvers, which carry a reader of items of their own.
  function readArray(this: unknown, tap: Tap): unknown[] {
    const items = (this as { readonly itemsType: Reader }).itemsType
    const values: unknown[] = []
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      while (left-- > 0) values.push(items._read(tap))
    }
    return values
  }
  function skipArray(this: unknown, tap: Tap): void {
    const items = (this as { readonly itemsType: TypeInside }).itemsType
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      while (left-- > 0) items._skip(tap)
    }
  }
  return derive(type, { _read: readArray, _skip: skipArray })
}

const names = insideOf(text)

/**
 * As boundedArray; a name such as `__proto__` is kept as a name like any other. Names are read as other texts: the few
 * that there are come again and again, and a text that was a name before is found sooner among an object's names.
 */
export function boundedMap(type: Type): Type {
  function readMap(this: unknown, tap: Tap): Record<string, unknown> {
    const values = (this as { readonly valuesType: Reader }).valuesType
    const map: Record<string, unknown> = {}
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      while (left-- > 0) setEntry(map, nameIn(tap), values._read(tap))
    }
    return map
  }
  function skipMap(this: unknown, tap: Tap): void {
    const values = (this as { readonly valuesType: TypeInside }).valuesType
    for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
      while (left-- > 0) {
        tap.skipString()
        values._skip(tap)
      }
    }
  }
  return derive(type, { _read: readMap, _skip: skipMap })
}

/** Undefined is avsc's answer beyond the end, where what is read is not used. */
const nameIn = (tap: Tap): string => String(names._read(tap))

/** Items in the next block; 0 ends. A negative count is followed by the block's size in bytes. */
function blockSize(tap: Tap): number {
  let count = tap.readLong()
  if (count < 0) {
    count = -count
    tap.skipLong()
  }
  if (count > tap.buf.length - tap.pos) throw new Error('a block counts more items than bytes left')
  return count
}
