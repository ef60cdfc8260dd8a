import { alternate } from '../harness/alternate.ts'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Child } from '../harness/child.ts'
import type { Compared } from '../harness/compared.ts'
import type { Figure } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import { batched, httpBurst, single } from '../harness/http-bench.ts'
import { median } from '../harness/median.ts'
import { targets } from '../harness/targets.ts'
import { withChildren } from '../harness/with-children.ts'
import { batchBodies, singleBodies } from '../load/send-bodies.ts'

const batchSize = 100

/**
 * P1, P2, P3: what a send costs at saturation, against bare `node:http` on the same core and generator.
 *
 * - bare: `node:http`, JSON.parse, a short JSON answer. Nothing checked, nothing kept.
 * - ours: the real gateway on the real log: key check, admission, JSON Schema, ids, digest, Avro, and the
 *   202 only after the fsync. Measured on the accept path alone, which is what the target speaks of, and
 *   beside it with the whole hub at work behind it in the same process (connectors answer in process).
 *
 * Single: 64 connections, one message of some 480 bytes a request. Batch: 32 connections, 100 messages a
 * request. Closed loop; servers on core 0, generator on core 1 where taskset is there.
 */
export const rest: Case = {
  targets: ['P1', 'P2', 'P3'],
  title: 'REST against bare node:http',
  run: (tools) =>
    withChildren(
      [
        { script: 'load/generator.ts', core: 1 },
        { script: 'servers/bare-http.ts', core: 0 },
        { script: 'servers/accept-path.ts', core: 0 },
      ],
      async (generator, bare, ours) => {
        const singles = await compare('single', generator, ours, bare, tools)
        const batches = await compare('batch', generator, ours, bare, tools)
        const whole = await besideTheHub(generator, bare, tools)
        return figures(singles, batches, whole)
      },
    ),
}

type Kind = 'single' | 'batch'

interface Side extends Compared {
  /** Processor time of the servers per message, all threads, microseconds; medians. */
  readonly cpu: { readonly ours: number; readonly bare: number }
}

const warmMs = 300

async function compare(
  kind: Kind,
  generator: Child,
  ours: Child,
  bare: Child,
  { effort, say }: CaseTools,
): Promise<Side> {
  const perRequest = kind === 'single' ? 1 : batchSize
  const bodies = kind === 'single' ? singleBodies() : batchBodies(batchSize)
  const shape = kind === 'single' ? single : batched
  const costs = { ours: [] as number[], bare: [] as number[] }
  const burst = async (server: Child) => {
    const target = { ...shape, bodies, warmMs, runMs: effort.runMs }
    const before = await usage(server)
    const { perSecond, requests } = await httpBurst(generator, server, target)
    // Warming up is paid, too, so the requests of that time are counted by the same rate.
    const all = requests * perRequest * (1 + warmMs / effort.runMs)
    const side = server === ours ? costs.ours : costs.bare
    side.push(((await usage(server)) - before) / all)
    return perSecond * perRequest
  }
  const compared = await alternate(
    effort.rounds,
    () => burst(ours),
    () => burst(bare),
    (round, a, b) => say(`${kind} ${round}/${effort.rounds}: ${rate(a)} against ${rate(b)}`),
  )
  return { ...compared, cpu: { ours: median(costs.ours), bare: median(costs.bare) } }
}

const usage = async (child: Child): Promise<number> =>
  (await child.ask<{ cpuMicros: number }>({ ask: 'usage' })).cpuMicros

/** The same with the stages, the tables and the connectors at work in the server's process. */
async function besideTheHub(generator: Child, bare: Child, tools: CaseTools) {
  const hub = {
    script: 'servers/hub.ts',
    args: ['pipeline.fused.yaml', 'in-process'],
    core: 0,
  } as const
  return withChildren([hub], async (whole) => {
    const effort = { ...tools.effort, rounds: Math.min(3, tools.effort.rounds) }
    const say = (sentence: string) => tools.say(`with the whole hub, ${sentence}`)
    const singles = await compare('single', generator, whole, bare, { effort, say })
    const batches = await compare('batch', generator, whole, bare, { effort, say })
    return { singles, batches }
  })
}

const micros = (each: number) => formatted(each, 'us')
const rate = (perSecond: number) => formatted(perSecond, '/s')

function figures(
  singles: Side,
  batches: Side,
  whole: { readonly singles: Side; readonly batches: Side },
): readonly Figure[] {
  const beside = ({ ours, bare, cpu }: Side) =>
    `${rate(ours)} against ${rate(bare)}; CPU a message ${micros(cpu.ours)} against ${micros(cpu.bare)}`
  const line = (target: string, what: string, side: Side) => {
    const { ratio: value, spread } = side
    return { target, what, value, unit: 'x', spread, beside: beside(side) } as const
  }
  return [
    { ...line('P1', 'REST single, fsync before the 202', singles), ...targets.restSingle },
    { ...line('P1', '... with the whole hub behind it', whole.singles), better: 'higher' },
    { ...line('P2', 'REST batch of 100, same promises', batches), ...targets.restBatch },
    { ...line('P2', '... with the whole hub behind it', whole.batches), better: 'higher' },
    {
      target: 'P3',
      what: 'batch over single, messages a second',
      value: batches.ours / singles.ours,
      unit: 'x',
      beside: `${rate(batches.ours)} against ${rate(singles.ours)}`,
      ...targets.batchOverSingle,
    },
  ]
}
