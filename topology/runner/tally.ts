/** Counts what goes out by port, told in runs: most records of a batch go the same way. */
export class Tally {
  readonly #tell: (port: string, count: number) => void
  readonly #counts = new Map<string, number>()
  #port = ''
  #run = 0

  constructor(tell: (port: string, count: number) => void) {
    this.#tell = tell
  }

  count(port: string): void {
    if (port !== this.#port) this.#endRun(port)
    this.#run++
  }

  /** Tells each port once. */
  end(): void {
    this.#endRun('')
    for (const [port, count] of this.#counts) this.#tell(port, count)
    this.#counts.clear()
  }

  #endRun(next: string): void {
    if (this.#run > 0) this.#counts.set(this.#port, (this.#counts.get(this.#port) ?? 0) + this.#run)
    this.#port = next
    this.#run = 0
  }
}
