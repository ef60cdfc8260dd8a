/** A schema, and the name whose history it belongs to. */
export interface SubjectSchema {
  readonly subject: string
  /** Complete Avro schema as JSON text, with no references. */
  readonly schema: string
}

/** Knows every version of every schema, by subject and by a number that stands in each record. */
export interface SchemaRegistry {
  /**
   * The ids of these very schemas under their subjects, in order, each registered first where it is new. Throws
   * C4A_SCHEMA_INCOMPATIBLE when a subject's compatibility forbids it, C4A_REGISTRY_UNREACHABLE; others may be
   * registered by then.
   */
  register(schemas: readonly SubjectSchema[]): Promise<readonly number[]>
  /**
   * The schema behind an id as JSON text; undefined when the registry has none. One request each,
   * however many ask at once. Throws C4A_REGISTRY_UNREACHABLE.
   */
  schema(id: number): Promise<string | undefined>
}
