import type { Type } from './avsc.ts'
import type { Utf8Buffer } from './read-text.ts'

/**
 * What we use of avsc's insides (5.7.9): its cursor over a buffer, which answers nonsense beyond the
 * end and is asked for validity afterwards, and the methods each type has. They are not in avsc's
 * typings; test/codec holds every use of them.
 */
export interface Tap {
  readonly buf: Utf8Buffer
  pos: number
  readLong(): number
  readString(): string
  skipString(): void
  skipLong(): void
}

export interface Reader {
  _read(tap: Tap): unknown
}

export interface TypeInside extends Reader {
  _skip(tap: Tap): void
  _check(value: unknown, flags: unknown, hook?: CheckHook, path?: string[]): boolean
}

export type CheckHook = (value: unknown, type: unknown) => void

export const insideOf = (type: Type) => type as unknown as TypeInside // typings leave the methods out

/** A type that behaves as `type` but for the methods given. avsc freezes its types, so it is derived. */
export function derive(type: Type, methods: Partial<TypeInside>): Type {
  const properties = Object.entries(methods).map(([name, value]) => [name, { value }])
  return Object.create(type, Object.fromEntries(properties)) as Type
}
