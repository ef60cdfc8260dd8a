import type pino from 'pino'
import type { ApiKey } from '../../schemas/types.ts'
import { isCode } from '../../topology/contract/errors.ts'
import type { Position, StoredRecord } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Codec } from '../../topology/ports/codec.ts'

interface KeyRingTools {
  readonly broker: Broker
  readonly codec: Codec
  readonly clock: Clock
  readonly log: pino.Logger
}

interface Waiting {
  readonly partition: number
  readonly offset: number
  readonly resolve: () => void
}

/**
 * Every API key of the hub, in memory: the accept path asks no database. One reader per partition of
 * the compacted topic follows it from its start, so a revocation is seen as soon as it is appended.
 */
export class KeyRing {
  readonly #keys = new Map<string, ApiKey>()
  readonly #tools: KeyRingTools
  readonly #topic: string
  readonly #stop = new AbortController()
  readonly #stopped = new Promise<undefined>((resolve) => {
    this.#stop.signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  #readers: Promise<unknown> = Promise.resolve()
  /** By partition, the offset up to which everything is known. */
  readonly #next = new Map<number, number>()
  readonly #waiting = new Set<Waiting>()
  /** Partitions whose records as of the start are not all read yet; undefined before they are known. */
  #behind: number | undefined
  #announce: () => void = () => {}
  readonly #loaded = new Promise<void>((resolve) => {
    this.#announce = resolve
  })

  constructor(tools: KeyRingTools, topic: string) {
    this.#tools = tools
    this.#topic = topic
  }

  /** Begins to follow the topic; resolves never late: use `loaded`. */
  start(): void {
    this.#readers = this.#followAll()
  }

  /** Resolves when all keys that were on the topic at the start are known. */
  get loaded(): Promise<void> {
    return this.#loaded
  }

  get isLoaded(): boolean {
    return this.#behind === 0
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
  reached({ partition, offset }: Position): Promise<void> {
    if ((this.#next.get(partition) ?? 0) > offset || this.#stop.signal.aborted) {
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.add({ partition, offset, resolve }))
  }

  /** Reads under way are abandoned: they change nothing any more. */
  async close(): Promise<void> {
    this.#stop.abort()
    for (const { resolve } of this.#waiting) resolve()
    await this.#readers
  }

  async #followAll(): Promise<void> {
    const { broker } = this.#tools
    const ends = await this.#untilItWorks(() => broker.ends(this.#topic))
    if (ends === undefined) return
    this.#behind = ends.length
    await Promise.all(ends.map((end) => this.#follow(end.partition, end.earliest, end.next)))
  }

  async #follow(partition: number, from: number, upTo: number): Promise<void> {
    const { broker } = this.#tools
    let offset = from
    let caughtUp = false
    const arrive = () => {
      if (caughtUp || offset < upTo) return
      caughtUp = true
      this.#behind = (this.#behind ?? 1) - 1
      if (this.#behind === 0) this.#announce()
    }
    arrive()
    while (!this.#stop.signal.aborted) {
      const options = { maxRecords: 500, maxWaitMs: caughtUp ? 1_000 : 0 }
      const records = await this.#untilItWorks(() =>
        broker.read({ topic: this.#topic, partition, offset }, options),
      )
      if (records === undefined) return
      for (const record of records) {
        if (!(await this.#take(record))) return
        offset = record.offset + 1
      }
      this.#arriveAt(partition, offset)
      // Compaction may have removed the last offsets before `upTo`: nothing more is then to come.
      if (records.length === 0) offset = Math.max(offset, upTo)
      arrive()
    }
  }

  #arriveAt(partition: number, next: number): void {
    this.#next.set(partition, next)
    for (const waiting of this.#waiting) {
      if (waiting.partition !== partition || waiting.offset >= next) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }

  /** False when the ring was closed meanwhile. */
  async #take(record: StoredRecord): Promise<boolean> {
    const { codec, log } = this.#tools
    const { value } = record
    if (value === null) {
      this.#keys.delete(record.key.slice(record.key.indexOf('/') + 1))
      return true
    }
    for (;;) {
      try {
        const key = codec.decode('ApiKey', value) as ApiKey
        this.#keys.set(key.keyId, key)
        return true
      } catch (error) {
        if (!isCode(error, 'C4A_SCHEMA_UNKNOWN')) {
          log.error({ err: error, offset: record.offset }, 'a record of the API keys is unreadable')
          return true
        }
        const learnt = await this.#untilItWorks(async () => {
          await codec.learn('ApiKey', [value])
          return true
        })
        if (learnt === undefined) return false
      }
    }
  }

  /** Repeats with a second between; undefined when the ring was closed. */
  async #untilItWorks<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const { clock, log } = this.#tools
    while (!this.#stop.signal.aborted) {
      try {
        return await Promise.race([attempt(), this.#stopped])
      } catch (error) {
        if (this.#stop.signal.aborted) break
        log.warn({ err: error }, 'the API keys cannot be read now; trying again')
        await clock.sleep(1_000, this.#stop.signal)
      }
    }
    return undefined
  }
}
