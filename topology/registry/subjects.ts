import { type ParsedSchema, parseSchema } from './canonical-schema.ts'
import { type Level, violations } from './compatibility.ts'
import { faults } from './registry-fault.ts'
import type { Mode, RegistryStore, Version } from './registry-store.ts'

/** A schema as clients send it. */
export interface SentSchema {
  readonly schema: string
  /** Imports only: the id and version it had where it comes from. */
  readonly id: number | undefined
  readonly version: number | undefined
}

export interface Verdict {
  readonly compatible: boolean
  readonly messages: readonly string[]
}

const defaultLevel: Level = 'BACKWARD'

/**
 * The rules of the registry over its store: subjects with numbered versions, ids that are one for the
 * whole registry, compatibility by level, deletion in two steps. Throws RegistryFault.
 */
export class Subjects {
  readonly #store: RegistryStore

  constructor(store: RegistryStore) {
    this.#store = store
  }

  level(subject: string): Level {
    const { compatibility } = this.#store.settings(subject)
    return compatibility ?? this.#store.settings('').compatibility ?? defaultLevel
  }

  mode(subject: string): Mode {
    return this.#store.settings(subject).mode ?? this.#store.settings('').mode ?? 'READWRITE'
  }

  /** The id: of the same schema where the subject has it, of a new version otherwise. */
  register(subject: string, sent: SentSchema): number {
    const parsed = parseSchema(sent.schema)
    return this.#store.transaction(() => {
      const known = this.#find(subject, parsed)
      const sameAsKnown = sent.id === undefined || sent.id === known?.id
      if (known && sameAsKnown && !known.deleted) return known.id
      this.#allowRegistration(subject, sent)
      const versions = this.#store.versions(subject)
      if (sent.id === undefined) this.#allowChange(subject, parsed, versions)
      const id = this.#idFor(parsed, sent.id)
      this.#store.addVersion(subject, freeVersion(subject, versions, sent.version), id)
      return id
    })
  }

  /** The version under which the subject has this very schema. */
  lookUp(subject: string, schema: string, deleted: boolean): Version {
    this.versions(subject, deleted)
    const found = this.#find(subject, parseSchema(schema))
    if (!found || (found.deleted && !deleted)) throw faults.noSchema()
    return found
  }

  versions(subject: string, deleted: boolean): readonly Version[] {
    const versions = this.#store.versions(subject).filter((each) => deleted || !each.deleted)
    if (versions.length === 0) throw faults.noSubject(subject)
    return versions
  }

  /** @param version a number, or undefined for the latest */
  version(subject: string, version: number | undefined, deleted: boolean): Version {
    const versions = this.versions(subject, deleted)
    const found =
      version === undefined ? versions.at(-1) : versions.find((each) => each.version === version)
    if (!found) throw faults.noVersion(version ?? 'latest')
    return found
  }

  /** Judges a schema against one version, or against those that the subject's level asks for. */
  judge(subject: string, schema: string, version: number | 'latest' | 'by-level'): Verdict {
    const parsed = parseSchema(schema)
    const versions = this.#store.versions(subject).filter(({ deleted }) => !deleted)
    if (typeof version === 'number' && !versions.some((each) => each.version === version)) {
      throw versions.length === 0 ? faults.noSubject(subject) : faults.noVersion(version)
    }
    const judged =
      version === 'by-level'
        ? versions
        : version === 'latest'
          ? versions.slice(-1)
          : versions.filter((each) => each.version === version)
    const messages = violations(this.level(subject), parsed, judged)
    return { compatible: messages.length === 0, messages }
  }

  #allowRegistration(subject: string, { id }: SentSchema): void {
    const mode = this.mode(subject)
    if (mode === 'READONLY') throw faults.notPermitted(`Subject '${subject}' is in read-only mode`)
    if (id !== undefined && mode !== 'IMPORT') {
      throw faults.notPermitted(`Subject '${subject}' is not in import mode, so it takes no ids`)
    }
    if (id === undefined && mode === 'IMPORT') {
      throw faults.notPermitted(
        `Subject '${subject}' is in import mode: send the schema with its id`,
      )
    }
  }

  #allowChange(subject: string, schema: ParsedSchema, versions: readonly Version[]): void {
    const level = this.level(subject)
    const kept = versions.filter(({ deleted }) => !deleted)
    const found = violations(level, schema, kept)
    if (found.length === 0) return
    throw faults.incompatible(
      `The schema is incompatible with subject '${subject}' (${level}): ${found.join('; ')}`,
    )
  }

  #idFor(schema: ParsedSchema, wanted: number | undefined): number {
    const known = this.#store.idOf(schema.canonical)
    if (wanted === undefined) {
      return known ?? this.#store.addSchema(schema.canonical, schema.text, null)
    }
    if (known === wanted) return known
    if (known !== undefined) {
      throw faults.notPermitted(`The schema has id ${known} here already`)
    }
    if (this.#store.schemaText(wanted) !== undefined) {
      throw faults.notPermitted(`Id ${wanted} belongs to another schema`)
    }
    return this.#store.addSchema(schema.canonical, schema.text, wanted)
  }

  /** A version of the subject with this schema, one that is not deleted first. */
  #find(subject: string, { canonical }: ParsedSchema): Version | undefined {
    const id = this.#store.idOf(canonical)
    const same = this.#store.versions(subject).filter((each) => each.id === id)
    return same.find(({ deleted }) => !deleted) ?? same.at(-1)
  }
}

function freeVersion(
  subject: string,
  versions: readonly Version[],
  wanted: number | undefined,
): number {
  if (wanted === undefined) return (versions.at(-1)?.version ?? 0) + 1
  if (versions.some(({ version }) => version === wanted)) {
    throw faults.notPermitted(`Subject '${subject}' has a version ${wanted} already`)
  }
  return wanted
}
