import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { parse } from 'yaml'
import { engineMeter } from '../../cli/compose/engine-meter.ts'
import { gatewayMetrics } from '../../gateway/metrics/gateway-metrics.ts'
import { readPromql } from './read-promql.ts'

const root = join(import.meta.dirname, '..', '..')
const text = (file: string) => readFileSync(join(root, file), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
}
const alerts: readonly Rule[] = parse(text('helm/files/alerts.yaml')).groups.flatMap(
  ({ rules }: { readonly rules: readonly Rule[] }) => rules,
)

interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string }[]
}
const panels: readonly Panel[] = globSync('helm/files/dashboards/*.json', { cwd: root }).flatMap(
  (file) => JSON.parse(text(file)).panels,
)

/** Everything that a process of the hub may show, and what others do. */
async function knownMetrics(): Promise<ReadonlySet<string>> {
  const registry = new Registry()
  engineMeter(registry, pino({ level: 'silent' }))
  gatewayMetrics(registry)
  const types = (await registry.metrics()).matchAll(/^# TYPE (\S+) (\S+)$/gm)
  const own = [...types].flatMap(([, name, type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name ?? ''],
  )
  return new Set([...own, 'kafka_consumergroup_lag'])
}

describe('alerts and dashboards', () => {
  const queries = [
    ...alerts.map(({ alert, expr }) => [alert, expr] as const),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ]

  test('are there, and ask in PromQL', () => {
    assert.ok(alerts.length >= 8)
    assert.ok(panels.length >= 12)
    for (const [name, expr] of queries) assert.deepEqual(readPromql(expr).faults, [], name)
    assert.deepEqual(readPromql('sum by (le (rate(c4a_x[5m])').faults.length > 0, true)
  })

  test('ask for what the hub shows', async () => {
    const known = await knownMetrics()
    const unknown = queries.flatMap(([name, expr]) =>
      readPromql(expr)
        .metrics.filter((metric) => /^(c4a|kafka)_/.test(metric) && !known.has(metric))
        .map((metric) => `${name}: ${metric}`),
    )
    assert.deepEqual(unknown, [])
    const asked = queries.flatMap(([, expr]) => readPromql(expr).metrics)
    assert.ok(asked.includes('c4a_accept_seconds_bucket'), 'names of metrics are not seen')
  })

  test('are each explained to who is told', () => {
    const page = text('docs/deployment.md')
    for (const { alert } of alerts) assert.match(page, new RegExp(`\`${alert}\``))
  })
})
