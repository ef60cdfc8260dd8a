import { setTimeout as sleep } from 'node:timers/promises'
import { benchKey } from '../harness/bench-key.ts'
import type { PipelineFile } from '../harness/bench-pipeline.ts'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Child } from '../harness/child.ts'
import type { Figure, Spread } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import { batched, httpBurst, single } from '../harness/http-bench.ts'
import { targets } from '../harness/targets.ts'
import { withChildren } from '../harness/with-children.ts'
import { batchBodies, singleBodies } from '../load/send-bodies.ts'

const batchSize = 100
const stage = 'deliver.whatsapp'

interface Flow {
  /** Messages a second, from the first request until the last was sent by its connector. */
  readonly delivered: number
  /** The same until the tables had every status. */
  readonly settled: number
  readonly accepted: number
  /** Processor time of the hub's process, all threads, per message until the tables had every status. */
  readonly cpuMicros: number
  readonly rssMb: number
}

/** The round whose processor time is the median, so that its figures belong together; and how far the rounds' times lie apart. */
interface Middle extends Flow {
  readonly spread: Spread
}

/**
 * P13 and P14: messages through the whole hub in one process, on all cores, the generator beside it on the same
 * ones. A fixed number of messages goes in as fast as the gateway takes them; the rate counts from the first
 * request until the last message was sent by its connector, so a backlog counts against it. Before, four rounds' worth of single
 * sends and two of batches, which are not counted: what is measured is a hub that runs, not one that is being compiled. Runs of
 * 40,000 single sends one after another took V8's own threads 75, 30, 23, 20 and 16 us a message. Then each kind goes several
 * rounds, of which the median counts: the machine's own speed changes by more than a tenth from one minute to the next. V8
 * collects its whole heap once in some 30,000 single sends: of rounds of 10,000 each third had 28 us a message more.
 *
 * - fused, connectors that answer in process: the hub's own cost without a provider. P14 is its processor
 *   time per message, from the gateway until the status stands in the tables.
 * - the shipped pipeline.yaml with the simulator and its receipts: twice HTTP (out and back in), three
 *   receipts and more events per message, and the simulator itself in the same process. Reported.
 */
export const wholeHub: Case = {
  targets: ['P13', 'P14'],
  title: 'messages through the whole hub',
  async run(tools) {
    const fused = await flows('pipeline.fused.yaml', 'in-process', tools)
    const shipped = await flows('pipeline.yaml', 'simulator', tools)
    return [...fusedFigures(fused), ...shippedFigures(shipped)]
  },
}

interface Flows {
  readonly singles: Middle
  readonly batches: Middle
}

function flows(file: PipelineFile, platform: string, { effort, say }: CaseTools): Promise<Flows> {
  // Over HTTP to the simulator everything is some ten times slower.
  const share = platform === 'simulator' ? 0.1 : 1
  return withChildren(
    [
      { script: 'load/generator.ts', core: null },
      { script: 'servers/hub.ts', args: [file, platform], core: null },
    ],
    async (generator, hub) => {
      await tablesReady(hub)
      const run = (kind: 'single' | 'batch', messages: number) =>
        flow(kind, messages, generator, hub)
      // Each kind warms up by itself: what V8 compiles for batches it does not compile for single sends.
      const rounds = async (kind: 'single' | 'batch', messages: number) => {
        const flows: Flow[] = []
        for (let round = 1; round <= effort.rounds; round++) {
          const found = await run(kind, messages)
          flows.push(found)
          say(`${file}, ${kind} ${round}/${effort.rounds}: ${beside(found)}`)
        }
        return middleOf(flows)
      }
      const half = Math.ceil(effort.messages * share * 0.5)
      await run('single', 4 * half)
      const singles = await rounds('single', half)
      await run('batch', 2 * half)
      const batches = await rounds('batch', half)
      return { singles, batches }
    },
  )
}

function middleOf(flows: readonly Flow[]): Middle {
  const sorted = flows.toSorted((a, b) => a.cpuMicros - b.cpuMicros)
  const [least] = sorted
  const middle = sorted[sorted.length >> 1]
  const most = sorted.at(-1)
  if (!least || !middle || !most) throw new Error('no round was run')
  return { ...middle, spread: { min: least.cpuMicros, max: most.cpuMicros } }
}

async function flow(
  kind: 'single' | 'batch',
  messages: number,
  generator: Child,
  hub: Child,
): Promise<Flow> {
  const perRequest = kind === 'single' ? 1 : batchSize
  const bodies = kind === 'single' ? singleBodies() : batchBodies(batchSize)
  const requests = Math.ceil(messages / perRequest)
  const total = requests * perRequest
  const shape = kind === 'single' ? single : batched
  const before = { done: await sends(hub), status: await recordsOf(hub, 'status-update') }
  const cpu = await usage(hub)
  const startMs = performance.now()
  const target = { ...shape, bodies, requests, warmMs: 0, runMs: 600_000 }
  const load = await httpBurst(generator, hub, target)
  await until(async () => (await sends(hub)) - before.done >= total)
  const deliveredMs = performance.now() - startMs
  // The message, its delivery, and one receipt at least.
  await until(async () => (await recordsOf(hub, 'status-update')) - before.status >= 3 * total)
  const settledMs = performance.now() - startMs
  const after = await usage(hub)
  return {
    delivered: (total / deliveredMs) * 1000,
    settled: (total / settledMs) * 1000,
    accepted: (total / load.elapsedMs) * 1000,
    cpuMicros: (after.cpuMicros - cpu.cpuMicros) / total,
    rssMb: after.rssBytes / 2 ** 20,
  }
}

const usage = (hub: Child) => hub.ask<{ cpuMicros: number; rssBytes: number }>({ ask: 'usage' })

const sends = (hub: Child) => recordsOf(hub, stage)

/** How many records a stage has finished, by the hub's own metrics. */
async function recordsOf(hub: Child, id: string): Promise<number> {
  const text = await (await ask(hub, '/metrics')).text()
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`c4a_stage_records_total{stage="${id}"}`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const tablesReady = (hub: Child) =>
  until(async () => {
    const { checks } = (await (await ask(hub, '/ready')).json()) as { checks: { tables: string } }
    return checks.tables === 'ok'
  })

const ask = (hub: Child, path: string) =>
  fetch(`http://127.0.0.1:${hub.hello['httpPort']}${path}`, {
    headers: { authorization: `Bearer ${benchKey}` },
  })

/** Not often: what the hub works for an answer counts as its own, 1.1 ms each. */
const askEveryMs = 200

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 600_000
  for (; performance.now() < endMs; await sleep(askEveryMs)) {
    if (await holds()) return
  }
  throw new Error('the hub did not finish within ten minutes')
}

const beside = ({ delivered, settled, accepted, cpuMicros, rssMb }: Flow): string =>
  `accepted ${formatted(accepted, '/s')}, delivered ${formatted(delivered, '/s')}, status in the tables ${formatted(settled, '/s')}; ${formatted(cpuMicros, 'us')} CPU a message, ${formatted(rssMb, 'MB')}`

function fusedFigures({ singles, batches }: Flows): readonly Figure[] {
  const delivered = (what: string, flow: Flow) =>
    ({
      target: 'P13',
      what: `delivered, fused, in process, ${what}`,
      value: flow.delivered,
      unit: '/s',
      beside: beside(flow),
      reportedOnly: true,
    }) as const
  const cost = (what: string, flow: Middle) =>
    ({
      target: 'P14',
      what: `CPU a message, gateway to status, ${what}`,
      value: flow.cpuMicros,
      unit: 'us',
      spread: flow.spread,
      beside: `fused, without a provider; status in the tables ${formatted(flow.settled, '/s')}`,
    }) as const
  return [
    { ...delivered('single', singles), ...targets.deliveredSingle },
    { ...delivered('batch', batches), ...targets.deliveredBatch },
    { ...cost('single', singles), ...targets.cpuSingleMicros },
    { ...cost('batch', batches), ...targets.cpuBatchMicros },
  ]
}

function shippedFigures({ singles, batches }: Flows): readonly Figure[] {
  const figure = (what: string, flow: Flow): Figure => ({
    target: 'P13',
    what: `delivered, shipped file, simulator, ${what}`,
    value: flow.delivered,
    unit: '/s',
    beside: beside(flow),
    better: 'higher',
  })
  return [figure('single', singles), figure('batch', batches)]
}
