/** What must be closed, last opened first. */
export class Closers {
  readonly #all: (() => Promise<void> | void)[] = []

  add(close: () => Promise<void> | void): void {
    this.#all.push(close)
  }

  /** Closes everything; one that fails does not keep the others open, and is thrown at the end. */
  async close(): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#all.pop(); close; close = this.#all.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
