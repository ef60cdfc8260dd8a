import { Chat4AllError } from '../contract/errors.ts'
import type { SchemaRegistry, SubjectSchema } from '../ports/registry.ts'
import type { Level } from './compatibility.ts'
import { RegistryFault } from './registry-fault.ts'
import type { RegistryStore } from './registry-store.ts'
import type { Subjects } from './subjects.ts'

/**
 * The registry of this very process, under the rules that it holds others to, without a request to itself for each schema.
 * What is registered together is on stable storage together, or none of it.
 * @param level that each subject is given at its first registration, and must have ever after
 */
export function ownRegistry(
  store: RegistryStore,
  subjects: Subjects,
  level: Level,
): SchemaRegistry {
  /** Without a transaction, and without reading Avro: what every start but the first asks. */
  const known = ({ subject, schema }: SubjectSchema): number | undefined =>
    store.versions(subject).find((each) => !each.deleted && each.schema === schema)?.id

  function register({ subject, schema }: SubjectSchema): number {
    const { compatibility } = store.settings(subject)
    if (compatibility !== null && compatibility !== level) {
      const others = `Subject '${subject}' has the level ${compatibility} and not ${level}`
      return knownUnder(subject, schema, others)
    }
    const id = subjects.register(subject, { schema, id: undefined, version: undefined })
    if (compatibility === null) store.setCompatibility(subject, level)
    return id
  }

  function knownUnder(subject: string, schema: string, why: string): number {
    try {
      return subjects.lookUp(subject, schema, false).id
    } catch {
      throw new RegistryFault(409, 409, why)
    }
  }

  return {
    async register(schemas) {
      const ids = schemas.map(known)
      if (ids.every((id) => id !== undefined)) return ids
      return store.transaction(() =>
        schemas.map((each) => {
          try {
            return register(each)
          } catch (error) {
            throw error instanceof RegistryFault ? refused(each.subject, error) : error
          }
        }),
      )
    },
    schema: async (id) => store.schemaText(id),
  }
}

const refused = (subject: string, { message }: RegistryFault): Chat4AllError =>
  new Chat4AllError('C4A_SCHEMA_INCOMPATIBLE', {
    what: `The schema registry refuses the schema of '${subject}'`,
    why: message,
    todo: 'Change the schema so that old and new programs read each other, or the subject',
  })
