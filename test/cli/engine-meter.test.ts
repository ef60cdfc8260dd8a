import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { engineMeter } from '../../cli/compose/engine-meter.ts'

const quiet = pino({ level: 'silent' })

async function linesOf(registry: Registry): Promise<readonly string[]> {
  const text = await registry.metrics()
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

test('counts what stages finish, emit, drop, hold, park and bury, by their labels', async () => {
  const registry = new Registry()
  const meter = engineMeter(registry, quiet)
  meter.batch('route', 3, 4)
  meter.emitted('route', 'deliveries', 2)
  meter.emitted('route', 'deliveries', 1)
  meter.emitted('route', 'rejected', 1)
  meter.discarded('route', 'later', 5)
  meter.dead('route', 'C4A_STAGE_FAILED')
  meter.held('deliver', 'throttled-sender')
  meter.parked('deliver', 7)

  const lines = await linesOf(registry)
  for (const line of [
    'c4a_stage_records_total{stage="route"} 3',
    'c4a_stage_emitted_total{stage="route",port="deliveries"} 3',
    'c4a_stage_emitted_total{stage="route",port="rejected"} 1',
    'c4a_stage_discarded_total{stage="route",port="later"} 5',
    'c4a_stage_dead_letters_total{stage="route",code="C4A_STAGE_FAILED"} 1',
    'c4a_stage_held_total{stage="deliver",reason="throttled-sender"} 1',
    'c4a_stage_parked_total{stage="deliver"} 7',
    'c4a_stage_batch_seconds_count{stage="route"} 1',
  ]) {
    assert.ok(lines.includes(line), `${line}\nis not among\n${lines.join('\n')}`)
  }
})

test('tells attempts as a histogram, and counts those that are done as finished', async () => {
  const registry = new Registry()
  const meter = engineMeter(registry, quiet)
  meter.attempt('deliver', 'done', 5)
  meter.attempt('deliver', 'done', 60)
  meter.attempt('deliver', 'hold', 40_000)

  const lines = await linesOf(registry)
  const buckets = (kind: string) =>
    lines
      .filter((line) => line.startsWith('c4a_stage_attempt_seconds_') && line.includes(kind))
      .map((line) => line.replace(/^c4a_stage_attempt_seconds_/, ''))
  assert.deepEqual(buckets('done'), [
    'bucket{stage="deliver",kind="done",le="0.005"} 1',
    'bucket{stage="deliver",kind="done",le="0.025"} 1',
    'bucket{stage="deliver",kind="done",le="0.1"} 2',
    'bucket{stage="deliver",kind="done",le="0.25"} 2',
    'bucket{stage="deliver",kind="done",le="1"} 2',
    'bucket{stage="deliver",kind="done",le="5"} 2',
    'bucket{stage="deliver",kind="done",le="30"} 2',
    'bucket{stage="deliver",kind="done",le="+Inf"} 2',
    'sum{stage="deliver",kind="done"} 0.065',
    'count{stage="deliver",kind="done"} 2',
  ])
  assert.equal(buckets('hold').at(-3), 'bucket{stage="deliver",kind="hold",le="+Inf"} 1')
  assert.ok(lines.includes('c4a_stage_records_total{stage="deliver"} 2'))
})
