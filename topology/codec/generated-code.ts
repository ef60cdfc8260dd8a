import type { Type } from './avsc.ts'

/** A function's body that returns a function, and what it calls `constants`. */
export interface GeneratedSource {
  readonly source: string
  readonly constants: readonly unknown[]
}

/** Names for what code that is made needs besides its words. */
export class GeneratedNames {
  readonly constants: unknown[] = []
  #names = 0

  /** Of a variable, and of no other. */
  readonly fresh = (): string => `v${this.#names++}`

  /** Of a value. */
  readonly constant = (value: unknown): string => `constants[${this.constants.push(value) - 1}]`
}

/** The source's function, which calls these by their names. */
export function compiled(
  { source, constants }: GeneratedSource,
  called: Readonly<Record<string, unknown>>,
): unknown {
  // As avsc makes its own. The source is made of a schema's numbers, and of its names, which avsc has looked at and which are quoted there.
  const make = new Function(...Object.keys(called), 'constants', source)
  return make(...Object.values(called), constants)
}

/** Where null stands of a union of it and one other type, which is what our schemas have; undefined for other unions. */
export function nullIn(types: readonly Type[]): 0 | 1 | undefined {
  if (types.length !== 2) return undefined
  if (types[0]?.typeName === 'null') return 0
  return types[1]?.typeName === 'null' ? 1 : undefined
}
