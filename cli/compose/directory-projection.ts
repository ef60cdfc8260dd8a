import type { Alias, Conversation } from '../../schemas/types.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import { isRetryable } from '../../topology/contract/errors.ts'
import type { Position, StoredRecord } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Codec } from '../../topology/ports/codec.ts'

export interface DirectoryProjectionOptions {
  readonly broker: Broker
  readonly codec: Codec
  readonly clock: Clock
  readonly directory: Directory
  readonly topics: { readonly conversations: string; readonly aliases: string }
  readonly onTrouble: (error: unknown) => void
  /** How long a read waits for something new, milliseconds. */
  readonly waitMs?: number
}

/**
 * Keeps the directory's tables in step with the directory's log. It reads each compacted topic from its
 * beginning at every start: applying is idempotent, and so a lost or rebuilt table needs no other care.
 */
export class DirectoryProjection {
  readonly #options: DirectoryProjectionOptions
  /** Next offset to apply, by `topic/partition`. */
  readonly #applied = new Map<string, number>()
  /** Grows when everything is to be applied again. */
  #generation = 0
  readonly #abort = new AbortController()
  #loops: Promise<unknown> = Promise.resolve()
  #waiting: (() => void)[] = []

  constructor(options: DirectoryProjectionOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { broker, topics } = this.#options
    const ends = await Promise.all(Object.values(topics).map((topic) => broker.ends(topic)))
    const partitions = ends.flat()
    for (const { topic, partition, earliest } of partitions) {
      this.#applied.set(`${topic}/${partition}`, earliest)
    }
    this.#loops = Promise.all(partitions.map((each) => this.#follow(each.topic, each.partition)))
  }

  /** Resolves when everything is applied that the topics held at the time of the call. */
  async caughtUp(): Promise<void> {
    const { broker, topics } = this.#options
    const ends = await Promise.all(Object.values(topics).map((topic) => broker.ends(topic)))
    for (const { topic, partition, earliest, next } of ends.flat()) {
      if (next > earliest) await this.passed({ topic, partition, offset: next - 1 })
    }
  }

  /** Resolves when the position is applied. */
  async passed({ topic, partition, offset }: Position): Promise<void> {
    while (!this.#abort.signal.aborted) {
      if ((this.#applied.get(`${topic}/${partition}`) ?? 0) > offset) return
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Applies everything again from the beginning: the tables are new. */
  async reapply(): Promise<void> {
    const { broker, topics } = this.#options
    const ends = await Promise.all(Object.values(topics).map((topic) => broker.ends(topic)))
    this.#generation++
    for (const { topic, partition, earliest } of ends.flat()) {
      this.#applied.set(`${topic}/${partition}`, earliest)
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    this.#wake()
    await this.#loops
  }

  async #follow(topic: string, partition: number): Promise<void> {
    const { broker, clock, onTrouble, waitMs = 1_000 } = this.#options
    const key = `${topic}/${partition}`
    while (!this.#abort.signal.aborted) {
      try {
        const generation = this.#generation
        const offset = this.#applied.get(key) ?? 0
        const from = { topic, partition, offset }
        const records = await broker.read(from, { maxRecords: 500, maxWaitMs: waitMs })
        await this.#apply(topic, records)
        // Read before everything was to be applied again: then it is read once more.
        if (generation !== this.#generation) continue
        const last = records.at(-1)
        if (last) this.#applied.set(key, last.offset + 1)
        if (last) this.#wake()
      } catch (error) {
        onTrouble(error)
        await clock.sleep(500, this.#abort.signal)
      }
    }
  }

  async #apply(topic: string, records: readonly StoredRecord[]): Promise<void> {
    const { topics, directory } = this.#options
    if (records.length === 0) return
    if (topic === topics.conversations) {
      await directory.applyConversations(await this.#values<Conversation>('Conversation', records))
    } else {
      await directory.applyAliases(await this.#values<Alias>('Alias', records))
    }
  }

  /** An undecodable record is told and passed over: it must not stop the directory of all others. */
  async #values<Value>(
    type: 'Conversation' | 'Alias',
    records: readonly StoredRecord[],
  ): Promise<readonly Value[]> {
    const { codec, onTrouble } = this.#options
    const bytes = records.flatMap(({ value }) => value ?? [])
    await codec.learn(type, bytes)
    return bytes.flatMap((each) => {
      try {
        // The topic carries this type: pipeline.yaml says so, and the check holds it to that.
        return [codec.decode(type, each) as Value]
      } catch (error) {
        if (isRetryable(error)) throw error
        onTrouble(error)
        return []
      }
    })
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
