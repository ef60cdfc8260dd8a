import type { NewRecord, Position } from '../../../contract/record.ts'

/** One call of `append`: resolves when all of its records have their offset. */
export class AppendCall {
  readonly bytes: number
  readonly deadlineMs: number
  readonly positions: Position[]
  readonly done: Promise<readonly Position[]>
  #left: number
  #settled = false
  readonly #resolve: (positions: readonly Position[]) => void
  readonly #reject: (error: unknown) => void

  constructor(records: readonly NewRecord[], bytes: number, deadlineMs: number) {
    this.bytes = bytes
    this.deadlineMs = deadlineMs
    this.positions = new Array(records.length)
    this.#left = records.length
    const { promise, resolve, reject } = Promise.withResolvers<readonly Position[]>()
    this.done = promise
    this.#resolve = resolve
    this.#reject = reject
  }

  get settled(): boolean {
    return this.#settled
  }

  written(index: number, position: Position): void {
    this.positions[index] = position
    this.#left -= 1
    if (this.#left > 0 || this.#settled) return
    this.#settled = true
    this.#resolve(this.positions)
  }

  /** What was written of it stays written: the caller must be able to repeat. */
  fail(error: unknown): void {
    if (this.#settled) return
    this.#settled = true
    this.#reject(error)
  }
}
