/**
 * How pipeline.yaml is described: one table per object. Reading, did-you-mean, defaults, the editor's
 * JSON Schema and the reference in docs/pipeline.md are all made from these tables.
 */
export type Field = FieldKind & {
  readonly doc: string
  readonly required?: true
  /** As one would write it in the file. */
  readonly default?: string | number
  readonly examples?: readonly string[]
}

type FieldKind =
  | {
      readonly is: 'text'
      readonly oneOf?: readonly string[]
      /** What the text names; such a text must be known without values of the environment. */
      readonly names?: 'key' | 'record type' | 'stage type'
      /** Plain text is refused: only an environment reference may stand here. */
      readonly secret?: true
    }
  | { readonly is: 'integer'; readonly min: number; readonly max?: number }
  | { readonly is: 'number' }
  | { readonly is: 'boolean' }
  /** `15m`; milliseconds once read. */
  | { readonly is: 'duration' }
  /** `32MiB`; bytes once read. */
  | { readonly is: 'size' }
  /** `500ms..1m`, two durations. */
  | { readonly is: 'range' }
  | { readonly is: 'object'; readonly of: Definition }
  /** Any keys, values of one kind. `ids: true`: the keys become names in the broker. */
  | { readonly is: 'map'; readonly of: Field; readonly ids?: true }
  | { readonly is: 'list'; readonly of: Field }
  /** `in` and `out` of a stage have short forms of their own: wiring.ts. */
  | { readonly is: 'inputs' }
  | { readonly is: 'outputs' }
  /** `with`: its keys come from the stage type. */
  | { readonly is: 'settings' }

export interface Definition {
  /** What the object is, as a heading: "a topic". */
  readonly name: string
  readonly doc: string
  readonly fields: Readonly<Record<string, Field>>
}

/** Checks a table where it is written and keeps its literal types, from which `Read` takes what is read. */
export function define<const D extends Definition>(definition: D): D {
  return definition
}
