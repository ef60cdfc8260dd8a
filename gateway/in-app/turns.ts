/** Lets so many at a time do something; the others wait in the order in which they came. */
export class Turns {
  #free: number
  readonly #line: (() => void)[] = []

  constructor(width: number) {
    this.#free = width
  }

  async take<Value>(run: () => Promise<Value>): Promise<Value> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#line.push(resolve))
    try {
      return await run()
    } finally {
      // The place goes straight to the next in line, so that nobody new can slip in before.
      const next = this.#line.shift()
      if (next) next()
      else this.#free++
    }
  }
}
