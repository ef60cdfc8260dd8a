import type { ApiKey } from '../../schemas/types.ts'
import type { Position } from '../../topology/contract/record.ts'
import { LogTable, type LogTableTools } from '../log-table.ts'

/** Every API key of the hub, in memory: the accept path asks no database, and a revocation is seen as soon as it is appended. */
export class KeyRing {
  readonly #keys = new Map<string, ApiKey>()
  readonly #table: LogTable<ApiKey>

  constructor(tools: LogTableTools, topic: string) {
    this.#table = new LogTable<ApiKey>(tools, {
      topic,
      type: 'ApiKey',
      onChange: (key, value) => {
        // The topic's key is tenant/keyId, and whoever shows a key tells no tenant.
        const keyId = key.slice(key.indexOf('/') + 1)
        if (value === undefined) this.#keys.delete(keyId)
        else this.#keys.set(keyId, value)
      },
    })
  }

  /** Begins to follow the topic; resolves never late: use `loaded`. */
  start(): void {
    this.#table.start()
  }

  /** Resolves when all keys that were on the topic at the start are known. */
  get loaded(): Promise<void> {
    return this.#table.loaded
  }

  get isLoaded(): boolean {
    return this.#table.isLoaded
  }

  /** The key as it is now, revoked or not. The same object until it changes. */
  get(keyId: string): ApiKey | undefined {
    return this.#keys.get(keyId)
  }

  /** Oldest first; of all tenants without one. */
  list(tenant?: string): readonly ApiKey[] {
    return [...this.#keys.values()]
      .filter((key) => tenant === undefined || key.tenant === tenant)
      .sort((a, b) => a.createdAt - b.createdAt)
  }

  /** Resolves when what stands at the position is known here, or the ring closes. */
  reached(position: Position): Promise<void> {
    return this.#table.reached(position)
  }

  /** Reads under way are abandoned: they change nothing any more. */
  close(): Promise<void> {
    return this.#table.close()
  }
}
