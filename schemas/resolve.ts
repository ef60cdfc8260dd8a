/** An Avro schema as JSON. https://avro.apache.org/docs/1.12.0/specification/ */
export type AvroSchema = string | readonly AvroSchema[] | AvroComplex

export interface AvroComplex {
  readonly type: AvroSchema
  readonly name?: string
  readonly namespace?: string
  readonly doc?: string
  readonly fields?: readonly AvroField[]
  readonly items?: AvroSchema
  readonly values?: AvroSchema
}

export interface AvroField {
  readonly name: string
  readonly type: AvroSchema
  readonly doc?: string
  readonly default?: unknown
}

export interface AvroRecord extends AvroComplex {
  readonly name: string
  readonly fields: readonly AvroField[]
}

/**
 * Records that may name each other's types, each made complete: the first use of a type that stands
 * elsewhere is replaced by its definition, later uses keep the name, as the specification wants it.
 * Throws a plain Error for a type defined twice or nowhere: schemas are ours, so this is a fault of the build.
 */
export function resolveReferences(schemas: readonly AvroRecord[]): readonly AvroRecord[] {
  const definitions = new Map<string, AvroComplex>()
  for (const schema of schemas) index(schema, undefined, definitions)
  return schemas.map((schema) => {
    const complete = inline(schema, undefined, { definitions, seen: new Set() })
    return complete as AvroRecord // a definition, met for the first time, stays a definition
  })
}

const named = new Set(['record', 'enum', 'fixed', 'error'])
const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

function index(
  schema: AvroSchema,
  namespace: string | undefined,
  definitions: Map<string, AvroComplex>,
): void {
  if (typeof schema === 'string') return
  if ('length' in schema) {
    for (const member of schema) index(member, namespace, definitions)
    return
  }
  let inner = namespace
  if (isDefinition(schema)) {
    const name = fullName(schema.name ?? '', schema.namespace ?? namespace)
    if (definitions.has(name))
      throw new Error(`Avro type ${name} is defined twice: name it instead`)
    definitions.set(name, schema)
    inner = namespaceOf(name)
  }
  for (const part of partsOf(schema)) index(part, inner, definitions)
}

interface Inlining {
  readonly definitions: ReadonlyMap<string, AvroComplex>
  readonly seen: Set<string>
}

function inline(schema: AvroSchema, namespace: string | undefined, state: Inlining): AvroSchema {
  if (typeof schema === 'string') return inlineName(schema, namespace, state)
  if ('length' in schema) return schema.map((member) => inline(member, namespace, state))
  if (!isDefinition(schema)) {
    return {
      ...schema,
      ...(typeof schema.type === 'string' ? {} : { type: inline(schema.type, namespace, state) }),
      ...(schema.items === undefined ? {} : { items: inline(schema.items, namespace, state) }),
      ...(schema.values === undefined ? {} : { values: inline(schema.values, namespace, state) }),
    }
  }
  const name = fullName(schema.name ?? '', schema.namespace ?? namespace)
  state.seen.add(name)
  if (!schema.fields) return schema
  const inner = namespaceOf(name)
  return {
    ...schema,
    fields: schema.fields.map((field) => ({ ...field, type: inline(field.type, inner, state) })),
  }
}

function inlineName(name: string, namespace: string | undefined, state: Inlining): AvroSchema {
  if (primitives.has(name)) return name
  const full = fullName(name, namespace)
  if (state.seen.has(full)) return full
  const definition = state.definitions.get(full)
  if (!definition) throw new Error(`Avro type ${full} is named but not defined in any file`)
  const home = namespaceOf(full)
  return inline(home ? { ...definition, namespace: home } : definition, home, state)
}

const isDefinition = (schema: AvroComplex) =>
  typeof schema.type === 'string' && named.has(schema.type)

function partsOf(schema: AvroComplex): readonly AvroSchema[] {
  return [
    ...(typeof schema.type === 'string' ? [] : [schema.type]),
    ...(schema.fields ?? []).map(({ type }) => type),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(schema.values === undefined ? [] : [schema.values]),
  ]
}

const fullName = (name: string, namespace: string | undefined) =>
  name.includes('.') || !namespace ? name : `${namespace}.${name}`

const namespaceOf = (name: string) =>
  name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : undefined
