import type { Registry } from 'prom-client'
import { registerPlainMetric, type Sample } from '../../gateway/metrics/plain-metric.ts'

/** Adds to the counter of these label values; the second is for counters with two labels. */
export type Count = (by: number, first: string, second?: string) => void

/** A counter of one label or two, as plain numbers: the engine counts each attempt of an effect. */
export function plainCounter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly [first: string, second?: string],
): Count {
  const counts = new Map<string, Map<string, number>>()
  const [firstName, secondName] = labelNames

  function samples(): readonly Sample[] {
    return Array.from(counts).flatMap(([first, bySecond]) =>
      Array.from(bySecond, ([second, value]) => ({
        labels: { [firstName]: first, ...(secondName !== undefined && { [secondName]: second }) },
        value,
      })),
    )
  }

  registerPlainMetric(registry, { name, help, type: 'counter', samples })
  return (by, first, second = '') => {
    let bySecond = counts.get(first)
    if (!bySecond) {
      bySecond = new Map()
      counts.set(first, bySecond)
    }
    bySecond.set(second, (bySecond.get(second) ?? 0) + by)
  }
}
