import type pino from 'pino'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Meter } from '../../topology/ports/meter.ts'

/** What the engine tells, as Prometheus metrics and, where a person should read it, as log lines. */
export function engineMeter(registry: Registry, log: pino.Logger): Meter {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers })
  const records = counter('c4a_stage_records_total', 'Records a stage has finished.', ['stage'])
  const batches = new Histogram({
    name: 'c4a_stage_batch_seconds',
    help: 'From taking a batch to its acknowledged output.',
    labelNames: ['stage'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  })
  const emitted = counter('c4a_stage_emitted_total', 'Records a stage has emitted.', [
    'stage',
    'port',
  ])
  const discarded = counter('c4a_stage_discarded_total', 'Records dropped on purpose.', [
    'stage',
    'port',
  ])
  const dead = counter('c4a_stage_dead_letters_total', 'Records beyond help.', ['stage', 'code'])
  const held = counter('c4a_stage_held_total', 'Times a lane or batch had to wait.', [
    'stage',
    'reason',
  ])
  const parked = counter('c4a_stage_parked_total', 'Records moved to a park topic.', ['stage'])
  const attempts = new Histogram({
    name: 'c4a_stage_attempt_seconds',
    help: 'One attempt of an effect, by what became of it.',
    labelNames: ['stage', 'kind'],
    buckets: [0.005, 0.025, 0.1, 0.25, 1, 5, 30],
    registers,
  })

  return {
    batch(stage, count, elapsedMs) {
      records.inc({ stage }, count)
      batches.observe({ stage }, elapsedMs / 1000)
    },
    emitted: (stage, port, count) => emitted.inc({ stage, port }, count),
    discarded: (stage, port, count) => discarded.inc({ stage, port }, count),
    dead: (stage, code) => dead.inc({ stage, code }),
    held: (stage, reason) => held.inc({ stage, reason }),
    parked: (stage, count) => parked.inc({ stage }, count),
    attempt(stage, kind, elapsedMs) {
      attempts.observe({ stage, kind }, elapsedMs / 1000)
      if (kind === 'done') records.inc({ stage })
    },
    trouble(stage, what, error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.warn({ stage, reason }, what)
    },
  }
}
