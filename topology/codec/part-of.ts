import type { Type } from './avsc.ts'

/** The type within a type, of a kind that has one. */
export function partOf(type: Type | undefined): Type {
  if (!type) throw new Error('A type of this kind has another type in it')
  return type
}
