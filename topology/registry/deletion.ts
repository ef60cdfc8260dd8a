import { faults } from './registry-fault.ts'
import type { RegistryStore } from './registry-store.ts'
import type { Subjects } from './subjects.ts'

/**
 * Deletion in two steps: soft, which hides a version but keeps its id readable for the records written
 * with it; then permanent. Throws RegistryFault.
 */
export class Deletion {
  readonly #store: RegistryStore
  readonly #subjects: Subjects

  constructor(store: RegistryStore, subjects: Subjects) {
    this.#store = store
    this.#subjects = subjects
  }

  /** The versions deleted. */
  subject(subject: string, permanent: boolean): readonly number[] {
    this.#allow(subject)
    return this.#store.transaction(() => {
      const all = this.#subjects.versions(subject, true)
      const kept = all.filter(({ deleted }) => !deleted)
      if (permanent && kept.length > 0) throw faults.subjectNotSoftDeleted(subject)
      if (!permanent && kept.length === 0) throw faults.subjectSoftDeleted(subject)
      const numbers = (permanent ? all : kept).map(({ version }) => version)
      for (const version of numbers) {
        if (permanent) this.#store.remove(subject, version)
        else this.#store.softDelete(subject, version)
      }
      // A subject that comes again starts with the registry's own settings.
      this.#store.setCompatibility(subject, null)
      this.#store.setMode(subject, null)
      return numbers
    })
  }

  /** @param version a number, or undefined for the latest */
  version(subject: string, version: number | undefined, permanent: boolean): number {
    this.#allow(subject)
    return this.#store.transaction(() => {
      const found = this.#subjects.version(subject, version, version !== undefined || permanent)
      if (permanent) {
        if (!found.deleted) throw faults.versionNotSoftDeleted(subject, found.version)
        this.#store.remove(subject, found.version)
      } else {
        if (found.deleted) throw faults.versionSoftDeleted(subject, found.version)
        this.#store.softDelete(subject, found.version)
      }
      return found.version
    })
  }

  #allow(subject: string): void {
    if (this.#subjects.mode(subject) === 'READONLY') {
      throw faults.notPermitted(`Subject '${subject}' is in read-only mode`)
    }
  }
}
