import type { AvroComplex, AvroRecord, AvroSchema } from './resolve.ts'

/** The generated part of docs/schemas.md: every record type, field by field, and each inner type once. */
export function schemasPage(schemas: readonly AvroRecord[]): string {
  const sections = new Map<string, string>()
  for (const schema of schemas) collect(schema, sections)
  return [...sections.values()].join('\n')
}

function collect(
  { name = '', doc = '', fields = [] }: AvroComplex,
  into: Map<string, string>,
): void {
  if (into.has(name)) return
  into.set(name, '') // its place: the outer record stands before those inside it
  const rows = fields.map(
    (field) =>
      `| \`${field.name}\` | ${typeOf(field.type, into)} | ${(field.doc ?? '').replaceAll('|', '\\|')} |\n`,
  )
  const table = `| field | type | what it is |\n| --- | --- | --- |\n${rows.join('')}`
  into.set(name, `## ${name}\n\n${doc}\n\n${table}`)
}

function typeOf(schema: AvroSchema, into: Map<string, string>): string {
  if (typeof schema === 'string') {
    const name = schema.slice(schema.lastIndexOf('.') + 1)
    return /^[A-Z]/.test(name) ? linked(name) : name
  }
  if ('length' in schema) {
    const members = schema.map((member) => typeOf(member, into)).filter((each) => each !== 'null')
    return `${members.join(' or ')}, or null`
  }
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? 'null', into)}`
  if (schema.type === 'map') return `map of ${typeOf(schema.values ?? 'null', into)}`
  if (schema.type !== 'record') return typeOf(schema.type, into)
  collect(schema, into)
  return linked(schema.name ?? '')
}

const linked = (name: string) => `[${name}](#${name.toLowerCase()})`
