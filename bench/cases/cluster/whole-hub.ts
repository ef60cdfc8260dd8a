import { setTimeout as sleep } from 'node:timers/promises'
import { doneOf, endsOf, recordsOf } from '../../cluster/backlog.ts'
import type { BenchServers } from '../../cluster/bench-servers.ts'
import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { groupOf } from '../../cluster/hop-bench.ts'
import { skipBacklogs } from '../../cluster/skip-backlogs.ts'
import { type Spending, spending, spentOnEach } from '../../cluster/spending.ts'
import type { CaseTools } from '../../harness/case.ts'
import type { Child } from '../../harness/child.ts'
import type { Figure } from '../../harness/figure.ts'
import { formatted } from '../../harness/format.ts'
import { batched, httpBurst, single } from '../../harness/http-bench.ts'
import { withChildren } from '../../harness/with-children.ts'
import { batchBodies, singleBodies } from '../../load/send-bodies.ts'

const batchSize = 100
const patienceMs = 300_000
/** Nothing of this load runs through these, but a hub has them. */
const others =
  'deliver.messenger,deliver.instagram,deliver.telegram,fallback,normalize,gather,directory,notify,post'

interface Layout {
  readonly name: string
  readonly file: 'pipeline.yaml' | 'pipeline.fused.yaml'
  /** Each a process, named by its stages. */
  readonly processes: readonly string[]
}

const layouts: readonly Layout[] = [
  {
    name: 'each stage a process',
    file: 'pipeline.yaml',
    processes: [
      'validate',
      'dedup',
      'enrich',
      'route',
      'deliver.whatsapp',
      'status-update',
      others,
    ],
  },
  {
    name: 'validate..route fused',
    file: 'pipeline.fused.yaml',
    processes: ['validate', 'deliver.whatsapp', 'status-update', others],
  },
]

interface Flow {
  readonly accepted: number
  readonly delivered: number
  readonly settled: number
  /** On each message. */
  readonly spent: Spending
}

/**
 * C4: messages through the whole hub, each process and all servers on the same cores, until every status stands in the
 * tables. As P13: a fixed number goes in as fast as the gateway takes it, and a backlog counts against the rate.
 */
export const wholeHub: ClusterCase = {
  targets: ['C4'],
  title: 'messages through the whole hub',
  async run(servers, tools) {
    await skipBacklogs(servers)
    const figures: Figure[] = []
    for (const layout of layouts) figures.push(...(await flows(layout, servers, tools)))
    return figures
  },
}

function flows(
  { name, file, processes }: Layout,
  servers: BenchServers,
  { effort, say }: CaseTools,
): Promise<readonly Figure[]> {
  const roles = ['gateway', ...processes]
  const env = servers.environment
  const wanted = roles.map((role) => ({
    script: 'servers/cluster-process.ts',
    args: [file, role],
    core: null,
    env,
  }))
  const generator = { script: 'load/generator.ts', core: null }
  return withChildren([generator, ...wanted], async (load, ...hub) => {
    await Promise.all(hub.map((process) => process.ask({ ask: 'resume' })))
    const messages = effort.quick ? 3_000 : 20_000
    const run = (kind: 'single' | 'batch', count: number) =>
      flow(servers, load, hub, roles.indexOf('deliver.whatsapp'), kind, count)
    await run('batch', messages / 2) // everybody once, and V8 learns
    const figures: Figure[] = []
    for (const kind of ['single', 'batch'] as const) {
      const found = await run(kind, kind === 'single' ? messages / 2 : messages)
      say(`${name}, ${kind}: ${formatted(found.delivered, '/s')}`)
      figures.push(...figuresOf(`${name}, ${kind}`, roles, found))
    }
    return figures
  })
}

/** What status-update must have read before every status of a load stands in the tables. */
const statusTopics = ['messages.submitted', 'deliveries.whatsapp', 'receipts']

async function flow(
  servers: BenchServers,
  load: Child,
  hub: readonly Child[],
  deliverer: number,
  kind: 'single' | 'batch',
  messages: number,
): Promise<Flow> {
  const [gateway] = hub
  const deliver = hub[deliverer]
  if (!gateway || !deliver) throw new Error('the hub has no such process')
  const sends = () => deliver.ask<number>({ ask: 'sends' })
  const sent = await sends()
  const from = await endsOf(servers, statusTopics)
  const before = await spending(servers, hub)
  const perRequest = kind === 'single' ? 1 : batchSize
  const shape = kind === 'single' ? single : batched
  const bodies = kind === 'single' ? singleBodies() : batchBodies(batchSize)
  const requests = messages / perRequest
  const startMs = performance.now()
  const target = { ...shape, bodies, requests, warmMs: 0, runMs: 600_000 }
  const { elapsedMs } = await httpBurst(load, gateway, target)
  await until(async () => (await sends()) - sent >= messages)
  const deliveredMs = performance.now() - startMs
  // The message, its delivery, and one receipt at least.
  await until(async () => {
    const backlog = { from, to: await endsOf(servers, statusTopics) }
    const records = recordsOf(backlog)
    return (
      records >= 3 * messages &&
      (await doneOf(servers, groupOf('status-update'), backlog)) >= records
    )
  })
  const settledMs = performance.now() - startMs
  const perSecond = (ms: number) => (messages / ms) * 1_000
  return {
    accepted: perSecond(elapsedMs),
    delivered: perSecond(deliveredMs),
    settled: perSecond(settledMs),
    spent: spentOnEach(before, await spending(servers, hub), messages),
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + patienceMs; performance.now() < endMs; await sleep(50)) {
    if (await holds()) return
  }
  throw new Error(`the hub did not finish within ${patienceMs / 60_000} minutes`)
}

function figuresOf(what: string, roles: readonly string[], flow: Flow): readonly Figure[] {
  const { accepted, delivered, settled, spent } = flow
  const rate = (perSecond: number) => formatted(perSecond, '/s')
  const hub = spent.own.reduce((sum, each) => sum + each, 0)
  const each = (micros: number) => formatted(micros, 'us')
  const { kafka, postgres, redis } = spent.servers
  const named = roles.map((role, nth) => {
    return `${role === others ? 'the others' : role} ${each(spent.own[nth] ?? Number.NaN)}`
  })
  return [
    {
      target: 'C4',
      what: `delivered, ${what}`,
      value: delivered,
      unit: '/s',
      beside: `accepted ${rate(accepted)}, status in the tables ${rate(settled)}`,
      better: 'higher',
    },
    {
      target: 'C4',
      what: `CPU a message, ${what}`,
      value: hub + kafka + postgres + redis,
      unit: 'us',
      beside: `brokers ${each(kafka)}, PostgreSQL ${each(postgres)}, Redis ${each(redis)}, hub ${each(hub)}: ${named.join(', ')}`,
      better: 'lower',
    },
  ]
}
