import type { Counter, Registry } from 'prom-client'

/** One line of a scrape. */
export interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/**
 * Registers a metric whose samples are made when it is scraped, from plain numbers that the hot path
 * adds to. prom-client's own `inc` and `observe` hash their labels on every call: several
 * microseconds a request, for numbers that are read every fifteen seconds.
 */
export function registerPlainMetric(
  registry: Registry,
  metric: {
    readonly name: string
    readonly help: string
    readonly type: 'counter' | 'histogram' | 'gauge'
    samples(): readonly Sample[]
  },
): void {
  const { name, help, type } = metric
  const plain = {
    name,
    help,
    get: async () => ({ name, help, type, values: metric.samples(), aggregator: 'sum' }),
    // Asked for by Registry.resetMetrics, which only prom-client's own tests of values use.
    reset: () => {},
  }
  // The registry asks for `name` and `get` only, but its type names prom-client's classes.
  registry.registerMetric(plain as unknown as Counter)
}
