import type { Sample } from './plain-metric.ts'

/** Upper bounds in seconds: a millisecond and less matter here, and so does a minute. */
const fine = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const

/** A histogram as plain numbers. */
export class Buckets {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  /** @param bounds upper bounds in seconds, rising */
  constructor(bounds: readonly number[] = fine) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(seconds: number): void {
    this.#sum += seconds
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && seconds > (bounds[at] ?? 0)) at++
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  samples(name: string, labels: Readonly<Record<string, string>>): readonly Sample[] {
    let total = 0
    const samples: Sample[] = []
    for (const [at, count] of this.#counts.entries()) {
      total += count
      const le = this.#bounds[at] ?? '+Inf'
      samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: total })
    }
    samples.push({ metricName: `${name}_sum`, labels, value: this.#sum })
    samples.push({ metricName: `${name}_count`, labels, value: total })
    return samples
  }
}
