import type { AvroRecord } from '../../schemas/resolve.ts'
import { Chat4AllError } from '../contract/errors.ts'
import type { AvroName } from '../contract/stage.ts'
import type { Codec } from '../ports/codec.ts'
import type { SchemaRegistry } from '../ports/registry.ts'
import { Arena } from './arena.ts'
import { avroType } from './avro-type.ts'
import type { Type } from './avsc.ts'
import { encoderOf } from './encoder-of.ts'
import { explainValue } from './explain-value.ts'
import { Nested, type Written } from './nested.ts'
import { projection } from './projection.ts'
import { schemaIdOf, TypeReader } from './type-reader.ts'
import { headerBytes, writeHeader } from './wire-header.ts'
import { Writers } from './writers.ts'

export interface AvroCodec extends Codec {
  /** A record for a bytes field of another that is about to be encoded: the same bytes as `encode` makes, written in their place. */
  nested(type: AvroName, value: unknown): Nested
  /**
   * A reader of the named fields only, some five times cheaper than `decode`: for stages that need
   * few. Throws as `decode` does, but for bytes damaged behind the last field that is wanted.
   */
  project(type: AvroName, fields: readonly string[]): (bytes: Uint8Array) => unknown
}

/**
 * The codec of these record types, after each was registered under its full name
 * (`chat4all.v1.Message`): one type travels on many topics, and all of them follow one history.
 * Throws C4A_SCHEMA_INCOMPATIBLE or C4A_REGISTRY_UNREACHABLE.
 * @param schemas complete schemas by short name, as schemas/load.ts gives them
 */
export async function avroCodec(
  schemas: ReadonlyMap<string, AvroRecord>,
  registry: SchemaRegistry,
  now: () => number = Date.now,
): Promise<AvroCodec> {
  const writers = new Writers(registry, now)
  const arena = new Arena()
  const types = [...schemas].map(([name, schema]) => ({ name, schema, type: avroType(schema) }))
  const ids = await registry.register(
    types.map(({ name, schema, type }) => ({
      subject: type.name ?? name,
      schema: JSON.stringify(schema),
    })),
  )
  const forms = new Map<string, Form>()
  for (const [nth, { name, schema, type }] of types.entries()) {
    const id = ids[nth]
    if (id === undefined) throw new RangeError(`the registry gave no id for ${name}`)
    writers.add(id, type)
    const reader = new TypeReader(name, type, id, writers)
    forms.set(name, { type, schema, id, encoder: encoderOf(type), reader })
  }

  return {
    encode(name, value) {
      const { type, id, encoder } = formOf(forms, name)
      try {
        return arena.write(encoder, id, value)
      } catch {
        throw unencodable(name, type, value)
      }
    },
    write(name, value, buffer, at) {
      const { type, id, encoder } = formOf(forms, name)
      try {
        const end = encoder(buffer, at + headerBytes, value)
        if (end <= buffer.length) writeHeader(buffer, at, id)
        return end
      } catch {
        throw unencodable(name, type, value)
      }
    },
    nested(name, value) {
      return new Nested(formOf(forms, name), value)
    },
    decode: (name, bytes) => formOf(forms, name).reader.read(bytes),
    async learn(name, bytes) {
      const ids = new Set<number>()
      for (const each of bytes) {
        if (each[0] !== 0 || each.length < 5) continue // decode will say so, for that record alone
        ids.add(schemaIdOf(name, each))
      }
      await Promise.all([...ids].map((id) => writers.learn(id)))
    },
    learnPending: () => writers.learnPending(),
    project(name, fields) {
      const reader = new TypeReader(
        name,
        projection(formOf(forms, name).schema, fields),
        undefined,
        writers,
      )
      return (bytes) => reader.read(bytes)
    },
  }
}

interface Form extends Written {
  readonly schema: AvroRecord
  readonly reader: TypeReader
}

/** Told by avsc, which looks for all that is wrong. */
function unencodable(name: string, type: Type, value: unknown): Chat4AllError {
  return new Chat4AllError('C4A_RECORD_UNENCODABLE', {
    what: `A value is no ${name}`,
    why: explainValue(type, value),
    todo: `Compare it with schemas/avro/${name}.avsc`,
  })
}

function formOf(forms: ReadonlyMap<string, Form>, name: string): Form {
  const form = forms.get(name)
  if (form) return form
  throw new Chat4AllError('C4A_PIPELINE_INVALID', {
    what: `No schema is called ${name}`,
    why: `schemas/avro has ${[...forms.keys()].join(', ')}`,
    todo: 'Add the .avsc file and run `npm run generate`',
  })
}
