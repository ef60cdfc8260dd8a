/** Whether work should come to this process. */
export class Readiness {
  readonly #tablesState: () => string
  readonly #stalled = new Set<string>()
  #running = false
  #draining = false

  constructor(tablesState: () => string) {
    this.#tablesState = tablesState
  }

  /** Everything that is to run here runs. */
  run(): void {
    this.#running = true
  }

  stalled(stage: string): void {
    this.#stalled.add(stage)
  }

  drain(): void {
    this.#draining = true
  }

  /** For GET /ready. The tables being away does not count: messages are still accepted. */
  now(): { readonly ok: boolean; readonly checks: Readonly<Record<string, string>> } {
    const stalled = [...this.#stalled]
    return {
      ok: this.#running && !this.#draining && stalled.length === 0,
      checks: {
        stages: stalled.length === 0 ? 'ok' : `stalled: ${stalled.join(', ')}`,
        tables: this.#tablesState(),
        process: this.#draining ? 'stopping' : this.#running ? 'running' : 'starting',
      },
    }
  }
}
