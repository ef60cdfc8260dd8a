/** A steady rate; what an outage kept back is not made up for, but for one second of it. */
export class Pace {
  readonly #everyMs: number
  #dueAtMs = performance.now()

  constructor(perSecond: number) {
    this.#everyMs = 1_000 / perSecond
  }

  get isAhead(): boolean {
    return performance.now() < this.#dueAtMs
  }

  took(count: number): void {
    this.#dueAtMs = Math.max(this.#dueAtMs, performance.now() - 1_000) + count * this.#everyMs
  }
}
