import type { AvroComplex, AvroRecord, AvroSchema } from './resolve.ts'

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  // The codec refuses a long beyond 2^53 - 1 on reading and on writing, so none is ever rounded.
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Uint8Array',
  null: 'null',
}

/** TypeScript for record schemas: one interface each, and a table of them by name. */
export function typesOf(schemas: readonly AvroRecord[]): string {
  const interfaces = new Map<string, string>()
  for (const schema of schemas) collect(schema, interfaces)
  const table = schemas.map(({ name }) => `  ${name}: ${name}`).join('\n')
  return [
    '// Made by `npm run generate` from schemas/avro. Do not edit.\n',
    ...interfaces.values(),
    `/** Every record type that a topic can carry, by its Avro name. */\nexport interface AvroTypes {\n${table}\n}\n`,
  ].join('\n')
}

function collect(schema: AvroComplex, into: Map<string, string>): void {
  const { name = '', doc = '', fields = [] } = schema
  if (into.has(name)) return
  into.set(name, '') // its place: the outer record stands before those inside it
  const lines = fields.map(({ name: field, type, doc: why }) => {
    const comment = why ? `  /** ${why} */\n` : ''
    return `${comment}  readonly ${field}: ${typeOf(type, into)}`
  })
  into.set(name, `/** ${doc} */\nexport interface ${name} {\n${lines.join('\n')}\n}\n`)
}

function typeOf(schema: AvroSchema, into: Map<string, string>): string {
  if (typeof schema === 'string') {
    return primitives[schema] ?? schema.slice(schema.lastIndexOf('.') + 1)
  }
  if ('length' in schema) {
    // Null last reads better; Avro wants it first for its default.
    const members = schema.map((member) => typeOf(member, into))
    return [...members.filter((member) => member !== 'null'), 'null'].join(' | ')
  }
  if (schema.type === 'array') return `readonly ${typeOf(schema.items ?? 'null', into)}[]`
  if (schema.type === 'map')
    return `Readonly<Record<string, ${typeOf(schema.values ?? 'null', into)}>>`
  if (schema.type === 'record') {
    collect(schema, into)
    return schema.name ?? ''
  }
  return typeOf(schema.type, into)
}
