import type pino from 'pino'
import { isCode } from '../topology/contract/errors.ts'
import type { Position, StoredRecord } from '../topology/contract/record.ts'
import type { Broker } from '../topology/ports/broker.ts'
import type { Clock } from '../topology/ports/clock.ts'
import type { Codec } from '../topology/ports/codec.ts'

export interface LogTableTools {
  readonly broker: Broker
  readonly codec: Codec
  readonly clock: Clock
  readonly log: Pick<pino.Logger, 'warn' | 'error'>
}

interface Contents<Value> {
  readonly topic: string
  readonly type: Parameters<Codec['decode']>[0]
  /** Told of each change in the order of the log; undefined for a key that is gone. */
  readonly onChange: (key: string, value: Value | undefined) => void
  /** How long a read waits for something new, milliseconds. */
  readonly waitMs?: number
}

interface Waiting {
  readonly partition: number
  readonly offset: number
  readonly resolve: () => void
}

/**
 * The latest value of each key of a compacted topic, in memory: whoever asks it asks no database. One reader per partition
 * follows the topic from its start, so a change is seen as soon as it is appended.
 */
export class LogTable<Value> {
  readonly #values = new Map<string, Value>()
  readonly #tools: LogTableTools
  readonly #contents: Contents<Value>
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

  constructor(tools: LogTableTools, contents: Contents<Value>) {
    this.#tools = tools
    this.#contents = contents
  }

  /** Begins to follow the topic; `loaded` says when it has arrived. */
  start(): void {
    this.#readers = this.#followAll()
  }

  /** Resolves when everything is known that was on the topic at the start. */
  get loaded(): Promise<void> {
    return this.#loaded
  }

  get isLoaded(): boolean {
    return this.#behind === 0
  }

  /** The same object until it changes. */
  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /** Resolves when what stands at the position is known here, or the table closes. */
  reached({ partition, offset }: Pick<Position, 'partition' | 'offset'>): Promise<void> {
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
    const ends = await this.#untilItWorks(() => broker.ends(this.#contents.topic))
    if (ends === undefined) return
    this.#behind = ends.length
    await Promise.all(ends.map((end) => this.#follow(end.partition, end.earliest, end.next)))
  }

  async #follow(partition: number, from: number, upTo: number): Promise<void> {
    const { topic, waitMs = 1_000 } = this.#contents
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
      const options = { maxRecords: 500, maxWaitMs: caughtUp ? waitMs : 0 }
      const records = await this.#untilItWorks(() =>
        this.#tools.broker.read({ topic, partition, offset }, options),
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

  /** False when the table was closed meanwhile. */
  async #take({ key, value, offset }: StoredRecord): Promise<boolean> {
    const { codec, log } = this.#tools
    const { topic, type, onChange } = this.#contents
    if (value === null) {
      this.#values.delete(key)
      onChange(key, undefined)
      return true
    }
    for (;;) {
      try {
        // The topic carries this type: pipeline.yaml says so, and the check holds it to that.
        const decoded = codec.decode(type, value) as Value
        this.#values.set(key, decoded)
        onChange(key, decoded)
        return true
      } catch (error) {
        if (!isCode(error, 'C4A_SCHEMA_UNKNOWN')) {
          log.error({ err: error, topic, offset }, 'a record of the directory is unreadable')
          return true
        }
        const learnt = await this.#untilItWorks(async () => {
          await codec.learn(type, [value])
          return true
        })
        if (learnt === undefined) return false
      }
    }
  }

  /** Repeats with a second between; undefined when the table was closed. */
  async #untilItWorks<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const { clock, log } = this.#tools
    while (!this.#stop.signal.aborted) {
      try {
        return await Promise.race([attempt(), this.#stopped])
      } catch (error) {
        if (this.#stop.signal.aborted) break
        log.warn({ err: error, topic: this.#contents.topic }, 'cannot be read now; trying again')
        await clock.sleep(1_000, this.#stop.signal)
      }
    }
    return undefined
  }
}
