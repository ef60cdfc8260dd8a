import type pino from 'pino'
import { Histogram, type Registry } from 'prom-client'
import { Buckets } from '../../gateway/metrics/buckets.ts'
import { registerPlainMetric } from '../../gateway/metrics/plain-metric.ts'
import type { Meter } from '../../topology/ports/meter.ts'
import { plainCounter } from './plain-counter.ts'

const attemptBounds = [0.005, 0.025, 0.1, 0.25, 1, 5, 30]

/** What the engine tells, as Prometheus metrics and, where a person should read it, as log lines. */
export function engineMeter(registry: Registry, log: pino.Logger): Meter {
  const counter = (name: string, help: string, labelNames: readonly [string, string?]) =>
    plainCounter(registry, name, help, labelNames)
  const records = counter('c4a_stage_records_total', 'Records a stage has finished.', ['stage'])
  const batches = new Histogram({
    name: 'c4a_stage_batch_seconds',
    help: 'From taking a batch to its acknowledged output.',
    labelNames: ['stage'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers: [registry],
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
  const observeAttempt = attempts(registry)

  return {
    batch(stage, count, elapsedMs) {
      records(count, stage)
      batches.observe({ stage }, elapsedMs / 1000)
    },
    emitted: (stage, port, count) => emitted(count, stage, port),
    discarded: (stage, port, count) => discarded(count, stage, port),
    dead: (stage, code) => dead(1, stage, code),
    held: (stage, reason) => held(1, stage, reason),
    parked: (stage, count) => parked(count, stage),
    attempt(stage, kind, elapsedMs) {
      observeAttempt(stage, kind, elapsedMs / 1000)
      if (kind === 'done') records(1, stage)
    },
    trouble(stage, what, error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.warn({ stage, reason }, what)
    },
  }
}

/** The histogram of attempts: once for each record that is delivered, so in plain numbers. */
function attempts(registry: Registry): (stage: string, kind: string, seconds: number) => void {
  const name = 'c4a_stage_attempt_seconds'
  const stages = new Map<string, Map<string, Buckets>>()
  registerPlainMetric(registry, {
    name,
    help: 'One attempt of an effect, by what became of it.',
    type: 'histogram',
    samples: () =>
      Array.from(stages).flatMap(([stage, kinds]) =>
        Array.from(kinds).flatMap(([kind, buckets]) => buckets.samples(name, { stage, kind })),
      ),
  })
  return (stage, kind, seconds) => {
    let kinds = stages.get(stage)
    if (!kinds) {
      kinds = new Map()
      stages.set(stage, kinds)
    }
    let buckets = kinds.get(kind)
    if (!buckets) {
      buckets = new Buckets(attemptBounds)
      kinds.set(kind, buckets)
    }
    buckets.observe(seconds)
  }
}
