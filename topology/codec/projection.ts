import type { AvroRecord } from '../../schemas/resolve.ts'
import { Chat4AllError } from '../contract/errors.ts'
import { avroType } from './avro-type.ts'
import type { Type } from './avsc.ts'

/** The record type with the named fields only: a reader of it skips the others without making them. */
export function projection(schema: AvroRecord, fields: readonly string[]): Type {
  const known = schema.fields.map(({ name }) => name)
  const strangers = fields.filter((field) => !known.includes(field))
  if (strangers.length > 0) {
    throw new Chat4AllError('C4A_SCHEMA_UNKNOWN', {
      what: `${schema.name} has no field ${strangers.join(', ')}`,
      why: `it has ${known.join(', ')}`,
      todo: 'Name fields of the .avsc file',
    })
  }
  return avroType({ ...schema, fields: schema.fields.filter(({ name }) => fields.includes(name)) })
}
