/** Knows every version of every schema, by subject and by a number that stands in each record. */
export interface SchemaRegistry {
  /**
   * The id of this very schema under the subject, registered first where it is new. Throws
   * C4A_SCHEMA_INCOMPATIBLE when the subject's compatibility forbids it, C4A_REGISTRY_UNREACHABLE.
   * @param schema complete Avro schema as JSON text, with no references
   */
  register(subject: string, schema: string): Promise<number>
  /**
   * The schema behind an id as JSON text; undefined when the registry has none. One request each,
   * however many ask at once. Throws C4A_REGISTRY_UNREACHABLE.
   */
  schema(id: number): Promise<string | undefined>
}
