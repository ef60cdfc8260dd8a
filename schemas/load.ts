import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AvroRecord, resolveReferences } from './resolve.ts'

/**
 * Every record type of a folder of .avsc files (schemas/avro unless told otherwise), by its short name,
 * in the order of the file names, each complete: what one file names and another defines is filled in.
 */
export function loadSchemas(
  folder: string = join(import.meta.dirname, 'avro'),
): ReadonlyMap<string, AvroRecord> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.avsc'))
    .sort()
  const schemas = files.map(
    (name): AvroRecord => JSON.parse(readFileSync(join(folder, name), 'utf8')),
  )
  return new Map(resolveReferences(schemas).map((schema) => [schema.name, schema]))
}
