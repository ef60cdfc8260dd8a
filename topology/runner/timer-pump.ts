import type { RunnerContext } from './context.ts'

/**
 * Reads the timer store as a source: what is due is appended to its topic and then forgotten. A crash in
 * between appends it twice, as any redelivery would.
 */
export class TimerPump {
  readonly #context: RunnerContext
  readonly #pollMs: number
  readonly #abort = new AbortController()
  #ended: Promise<void> = Promise.resolve()

  constructor(context: RunnerContext, pollMs: number) {
    this.#context = context
    this.#pollMs = pollMs
  }

  start(): void {
    this.#ended = this.#run()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { clock, meter } = this.#context
    const { signal } = this.#abort
    while (!signal.aborted) {
      let moved = 0
      try {
        moved = await this.#move()
      } catch (error) {
        meter.trouble('timers', 'due records not appended, trying again', error)
      }
      if (moved === 0) await clock.sleep(this.#pollMs, signal)
    }
  }

  async #move(): Promise<number> {
    const { timers, broker, clock } = this.#context
    const due = await timers.due(clock.now(), 500)
    if (due.length === 0) return 0
    await broker.append(due.map(({ record }) => record))
    await timers.done(due.map(({ id }) => id))
    return due.length
  }
}
