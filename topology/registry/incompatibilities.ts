import type { Type } from '../codec/avsc.ts'

/** What of avsc's types the rules look at; its typings know only a part. */
interface Inside extends Type {
  readonly types?: readonly Inside[]
  readonly fields?: readonly Field[]
  readonly symbols?: readonly string[]
  readonly default?: string
  readonly size?: number
  readonly itemsType?: Inside
  readonly valuesType?: Inside
}

interface Field {
  readonly name: string
  readonly aliases: readonly string[]
  readonly type: Inside
  defaultValue(): unknown
}

/** What each type may be read as besides itself. Avro 1.12, "Schema Resolution". */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
}

/**
 * Why data written with one schema cannot be read with another: none when it can. Each says the kind
 * as Avro's Java library names it, the path of fields (`recipients[].address`), and both sides.
 * Stricter than the specification in one thing: names are compared with their namespace, as avsc does
 * when it reads.
 */
export function incompatibilities(reader: Type, writer: Type): readonly string[] {
  return compare(reader as Inside, writer as Inside, '', new Set())
}

function compare(reader: Inside, writer: Inside, path: string, met: Set<string>): string[] {
  if (writer.types) {
    return writer.types.flatMap((branch) => compare(reader, branch, path, met))
  }
  if (reader.types) return compareWithBranches(reader.types, writer, path, met)
  if (reader.typeName !== writer.typeName && !bothRecords(reader, writer)) {
    if (promotions[writer.typeName]?.includes(reader.typeName)) return []
    return [
      fault('TYPE_MISMATCH', path, `reader wants ${nameOf(reader)}, writer has ${nameOf(writer)}`),
    ]
  }
  if (
    writer.name !== undefined &&
    ![reader.name, ...(reader.aliases ?? [])].includes(writer.name)
  ) {
    return [fault('NAME_MISMATCH', path, `reader wants ${reader.name}, writer has ${writer.name}`)]
  }
  if (reader.fields && writer.fields) return compareRecords(reader, writer, path, met)
  if (reader.symbols && writer.symbols) return compareEnums(reader, writer, path)
  if (reader.itemsType && writer.itemsType) {
    return compare(reader.itemsType, writer.itemsType, `${path}[]`, met)
  }
  if (reader.valuesType && writer.valuesType) {
    return compare(reader.valuesType, writer.valuesType, `${path}{}`, met)
  }
  if (reader.size === writer.size) return []
  return [
    fault('FIXED_SIZE_MISMATCH', path, `reader wants ${reader.size}, writer has ${writer.size}`),
  ]
}

function compareWithBranches(
  branches: readonly Inside[],
  writer: Inside,
  path: string,
  met: Set<string>,
): string[] {
  // A pair that was met counts as readable only below the branch that is being tried.
  const tries = branches.map((branch) => compare(branch, writer, path, new Set(met)))
  if (tries.some((faults) => faults.length === 0)) return []
  const alike = branches.findIndex(({ name }) => name !== undefined && name === writer.name)
  const names = branches.map(nameOf).join(', ')
  return (
    tries[alike] ?? [
      fault('MISSING_UNION_BRANCH', path, `reader takes [${names}], writer has ${nameOf(writer)}`),
    ]
  )
}

function compareRecords(reader: Inside, writer: Inside, path: string, met: Set<string>): string[] {
  const pair = `${reader.name}:${writer.name}`
  if (met.has(pair)) return [] // a record within itself: judged where it was met first
  met.add(pair)
  return (reader.fields ?? []).flatMap((field) => {
    const where = path === '' ? field.name : `${path}.${field.name}`
    const names = [field.name, ...field.aliases]
    const [written, ...others] = (writer.fields ?? []).filter(({ name }) => names.includes(name))
    if (others.length > 0) {
      return [fault('NAME_MISMATCH', where, `the writer has several fields called ${names}`)]
    }
    if (written) return compare(field.type, written.type, where, met)
    if (field.defaultValue() !== undefined) return []
    return [
      fault(
        'READER_FIELD_MISSING_DEFAULT_VALUE',
        where,
        'the writer lacks it and it has no default',
      ),
    ]
  })
}

function compareEnums(reader: Inside, writer: Inside, path: string): string[] {
  const unknown = (writer.symbols ?? []).filter((symbol) => !reader.symbols?.includes(symbol))
  if (unknown.length === 0 || reader.default !== undefined) return []
  return [fault('MISSING_ENUM_SYMBOLS', path, `the reader lacks ${unknown.join(', ')}`)]
}

const bothRecords = (reader: Inside, writer: Inside) =>
  reader.fields !== undefined && writer.fields !== undefined

const fault = (kind: string, path: string, why: string) =>
  `${kind} at ${path === '' ? 'the top' : path}: ${why}`

const nameOf = (type: Inside): string =>
  type.types ? `[${type.types.map(nameOf).join(', ')}]` : (type.name ?? type.typeName)
