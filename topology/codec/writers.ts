import { Chat4AllError } from '../contract/errors.ts'
import type { SchemaRegistry } from '../ports/registry.ts'
import { avroType } from './avro-type.ts'
import type { Type } from './avsc.ts'

/** How long an id that the registry does not know is taken as unknown, so that junk does not flood it. */
const unknownForMs = 60_000

/** The schemas that records were written with, by id, as far as they were asked for. */
export class Writers {
  readonly #registry: SchemaRegistry
  readonly #now: () => number
  readonly #types = new Map<number, Type>()
  readonly #unknownUntil = new Map<number, number>()
  readonly #underWay = new Map<number, Promise<void>>()
  /** Met by a reader, and not fetched yet. */
  readonly #pending = new Set<number>()

  constructor(registry: SchemaRegistry, now: () => number) {
    this.#registry = registry
    this.#now = now
  }

  /**
   * Throws C4A_SCHEMA_UNKNOWN for an id not known yet, and begins to fetch it: bytes inside a record
   * (a message's content) are met in a stage, where nobody can ask beforehand.
   * Throws C4A_RECORD_UNDECODABLE for an id that no registry has.
   */
  type(id: number): Type {
    const type = this.#types.get(id)
    if (type) return type
    if ((this.#unknownUntil.get(id) ?? 0) > this.#now()) {
      throw new Chat4AllError('C4A_RECORD_UNDECODABLE', {
        what: `Schema ${id} is in no registry`,
        why: 'the record names it, and the registry answered that it has none of that id',
        todo: 'Restore the schema, or see who wrote the record, and redrive it',
      })
    }
    this.#pending.add(id)
    this.learn(id).catch(() => {}) // the next one to read it asks again
    throw new Chat4AllError('C4A_SCHEMA_UNKNOWN', {
      what: `Schema ${id} is not known here yet`,
      why: 'a record names it that another program or version wrote',
      todo: 'It is being fetched: wait for `learn`, or try again',
    })
  }

  add(id: number, type: Type): void {
    this.#types.set(id, type)
  }

  /** Throws C4A_REGISTRY_UNREACHABLE. An id that the registry lacks is remembered, and `type` says so. */
  async learn(id: number): Promise<void> {
    if (this.#types.has(id)) return
    const running = this.#underWay.get(id) ?? this.#fetch(id)
    this.#underWay.set(id, running)
    try {
      await running
    } finally {
      this.#underWay.delete(id)
    }
  }

  /** Learns every id that `type` did not know; rejects as `learn` does. */
  async learnPending(): Promise<void> {
    await Promise.all([...this.#pending].map((id) => this.learn(id)))
  }

  async #fetch(id: number): Promise<void> {
    if ((this.#unknownUntil.get(id) ?? 0) > this.#now()) return
    const schema = await this.#registry.schema(id)
    this.#pending.delete(id)
    if (schema === undefined) this.#unknownUntil.set(id, this.#now() + unknownForMs)
    else this.#types.set(id, avroType(JSON.parse(schema)))
  }
}
