import type { Type } from './avsc.ts'

/** What a type has beside its name, by kind; avsc's typings leave it to each class. */
interface Shape {
  readonly fields?: readonly {
    readonly name: string
    readonly type: Type
    defaultValue(): unknown
  }[]
  readonly itemsType?: Type
  readonly valuesType?: Type
  readonly symbols?: readonly string[]
  readonly types?: readonly Type[]
}

export const shapeOf = (type: Type) => type as unknown as Shape
