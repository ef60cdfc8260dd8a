import type pino from 'pino'
import type { Clock } from '../topology/ports/clock.ts'
import type { TopicReader } from './topic-reader.ts'

interface LogTailTools {
  readonly clock: Clock
  readonly log: pino.Logger
}

/** The process's one reader of what is newest in a topic; it starts when it is first asked to. */
export class LogTail<Entry extends { readonly offset: number }> {
  readonly #followed: TopicReader<Entry>
  /** What is in the topic, for the warnings. */
  readonly #what: string
  readonly #tell: (entry: Entry) => void
  readonly #tools: LogTailTools
  readonly #stop = new AbortController()
  /** By partition; empty before the start. */
  #next: number[] = []
  #started: Promise<void> | undefined

  /** `tell` hears each new entry, in the order of its partition; `next` is past it by then. */
  constructor(
    followed: TopicReader<Entry>,
    what: string,
    tell: (entry: Entry) => void,
    tools: LogTailTools,
  ) {
    this.#followed = followed
    this.#what = what
    this.#tell = tell
    this.#tools = tools
  }

  /** Resolves when the tail knows where it begins. Throws C4A_UNAVAILABLE; ask again then. */
  start(): Promise<void> {
    this.#started ??= this.#begin().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  /** By partition: everything before has been told. Empty before the start. */
  get next(): readonly number[] {
    return this.#next
  }

  close(): void {
    this.#stop.abort()
  }

  async #begin(): Promise<void> {
    const ends = await this.#followed.ends()
    this.#next = ends.map(({ next }) => next)
    for (const { partition } of ends) void this.#follow(partition)
  }

  async #follow(partition: number): Promise<void> {
    const { clock, log } = this.#tools
    while (!this.#stop.signal.aborted) {
      try {
        const offset = this.#next[partition] ?? 0
        const entries = await this.#followed.read(partition, offset, 500, 1_000)
        if (this.#stop.signal.aborted) return
        for (const entry of entries) {
          this.#next[partition] = entry.offset + 1
          this.#tell(entry)
        }
      } catch (error) {
        const what = `the newest ${this.#what} cannot be read now; trying again`
        log.warn({ err: error, partition }, what)
        await clock.sleep(1_000, this.#stop.signal)
      }
    }
  }
}
