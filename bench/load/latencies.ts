/** Milliseconds. */
export interface LatencySummary {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Every latency of a run, kept whole: a run has some hundred thousand at most. */
export class Latencies {
  readonly #all: number[] = []

  add(ms: number): void {
    this.#all.push(ms)
  }

  summary(): LatencySummary {
    const sorted = Float64Array.from(this.#all).sort()
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN }
  }
}
