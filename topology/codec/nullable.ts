import type { Type } from './avsc.ts'
import { derive, insideOf } from './tap.ts'

/**
 * A union of null and one other type, read and written as the plain value or null. avsc finds the
 * branch by the value's class, which costs more and does not know Uint8Array.
 */
export function nullable(union: Type, branch: Type, nullIndex: 0 | 1): Type {
  const inside = insideOf(branch)
  const valueIndex = 1 - nullIndex
  return derive(union, {
    _read(tap) {
      const index = tap.readLong()
      if (index === valueIndex) return inside._read(tap)
      if (index !== nullIndex) throw new Error('a union names a branch that it does not have')
      return null
    },
    _check: (value, flags, hook, path) => value === null || inside._check(value, flags, hook, path),
  })
}
