import type { Clock } from '../topology/ports/clock.ts'

/** Why a stream ended; `Own` is what else may end those of its kind. */
export type StreamEnd<Own extends string> = 'left' | 'stalled' | 'shutdown' | 'failed' | Own

export interface OpenStream<Own extends string> {
  /** The reader has gone. */
  leave(): void
  /** Resolves, never rejects, when nothing more is written; `error` is set for `failed`. */
  readonly ended: Promise<{ readonly why: StreamEnd<Own>; readonly error?: unknown }>
}

interface StreamRules<Reader, Own extends string> {
  readonly clock: Clock
  readonly most: number
  /** One look over all of them costs less than a timer for each. */
  readonly lookEveryMs: number
  /** Why a reader's stream must end now, if it must. */
  readonly overdue: (reader: Reader) => Own | undefined
}

interface Running<Reader, Own extends string> extends OpenStream<Own> {
  readonly reader: Reader
  readonly abort: AbortController
  why: StreamEnd<Own>
}

/** The streams of one kind that are open at this process. */
export class OpenStreams<Reader, Own extends string> {
  readonly #rules: StreamRules<Reader, Own>
  readonly #running = new Set<Running<Reader, Own>>()
  #cancelLook = () => {}
  #closed = false

  constructor(rules: StreamRules<Reader, Own>) {
    this.#rules = rules
  }

  /** False when as many are open as may be, and once they are closed. */
  get hasRoom(): boolean {
    return !this.#closed && this.#running.size < this.#rules.most
  }

  /** `run` writes until its signal aborts; `gone` is told why it ended. Ask `hasRoom` before. */
  open(
    reader: Reader,
    run: (signal: AbortSignal) => Promise<'stalled' | 'aborted'>,
    gone: (why: StreamEnd<Own>) => void,
  ): OpenStream<Own> {
    const abort = new AbortController()
    const ended = run(abort.signal)
      .then(
        (end) => ({ why: end === 'stalled' ? end : stream.why }),
        (error: unknown) => ({ why: 'failed' as const, error }),
      )
      .then((end) => {
        this.#running.delete(stream)
        gone(end.why)
        return end
      })
    const leave = () => stop(stream, 'left')
    const stream: Running<Reader, Own> = { reader, abort, ended, why: 'left', leave }
    this.#running.add(stream)
    if (this.#running.size === 1) this.#lookLater()
    return stream
  }

  /** Ends all; resolves when nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelLook()
    const all = [...this.#running]
    for (const stream of all) stop(stream, 'shutdown')
    await Promise.all(all.map(({ ended }) => ended))
  }

  #look(): void {
    for (const stream of this.#running) {
      const why = this.#rules.overdue(stream.reader)
      if (why !== undefined) stop(stream, why)
    }
    if (this.#running.size > 0) this.#lookLater()
  }

  #lookLater(): void {
    const { clock, lookEveryMs } = this.#rules
    // The last one may have left and another come since: only ever one look is to come.
    this.#cancelLook()
    this.#cancelLook = clock.after(lookEveryMs, () => this.#look())
  }
}

function stop<Own extends string>(
  stream: { readonly abort: AbortController; why: StreamEnd<Own> },
  why: StreamEnd<Own>,
): void {
  if (stream.abort.signal.aborted) return
  stream.why = why
  stream.abort.abort()
}
