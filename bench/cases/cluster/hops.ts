import { actingHop } from '../../cluster/acting-hop.ts'
import { recordsOf } from '../../cluster/backlog.ts'
import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { costFigures } from '../../cluster/cost-figures.ts'
import { type DecidingHop, decidingHop } from '../../cluster/deciding-hop.ts'
import { gatewayHop } from '../../cluster/gateway-hop.ts'
import { actingHops, decidingHops, type Hop, inboundHop } from '../../cluster/hop.ts'
import type { HopBench } from '../../cluster/hop-bench.ts'
import type { HopCost } from '../../cluster/hop-cost.ts'
import { recordBytes } from '../../cluster/record-bytes.ts'
import { repeatBacklog } from '../../cluster/repeat-backlog.ts'
import { Trail } from '../../cluster/trail.ts'
import { twoProcesses } from '../../cluster/two-processes.ts'
import { webhookHop } from '../../cluster/webhook-hop.ts'
import type { Compared } from '../../harness/compared.ts'
import type { Figure } from '../../harness/figure.ts'
import { formatted } from '../../harness/format.ts'
import { targets } from '../../harness/targets.ts'

/**
 * C2, C5 and C8: the messages of one load, hop by hop. The gateway takes them in; then one stage after another, alone
 * with the servers, does what the one before left, so that its processor time and theirs can be told apart.
 *
 * A stage that only decides is compared, in turns over the same records, with two bare copy loops: one on kafkajs as it is
 * published, which is what a team without us would write, and one on our own adapter, which has its own producer, member and
 * record batches and needs a seventh of the processor time. One that acts is timed once, because what it did cannot be done
 * again. All sides keep their process, and all that they work with in it, over the rounds; the stage and the loop on our adapter
 * take a batch evenly from all partitions, wait for its acknowledgement before the next is appended, and commit every 50 ms. Processes have done a smaller load before, and those that only decide the same one several
 * times, since V8 must learn the code; joining a group is not counted.
 */
export const hops: ClusterCase = {
  targets: ['C2', 'C5', 'C8'],
  title: 'each stage by itself: against a copy loop, by two processes, and what it costs',
  async run(servers, tools) {
    const messages = tools.effort.quick ? 10_000 : 80_000
    const bench = { servers, trail: new Trail(servers), messages, tools }
    const { singles, batches } = await gatewayHop(bench)
    const figures: Figure[] = []
    const way: HopCost[] = [batches]
    for (const hop of decidingHops) {
      const decided = await decidingHop(bench, hop)
      figures.push(...figuresOf(hop, decided))
      way.push(decided.cost)
    }
    const scaled = await twoProcesses(bench)
    for (const hop of actingHops) way.push(await actingHop(bench, hop))
    // On a trail of their own: what people write would mix with what is measured above.
    const inbound = { ...bench, trail: new Trail(servers), messages: messages / 4 }
    const webhooks = await webhookHop(inbound)
    const normalized = await decidingHop(await repeated(inbound), inboundHop)
    figures.push(...figuresOf(inboundHop, normalized))
    const costs = costFigures(way, [singles, webhooks, normalized.cost])
    return [...figures, ...scaled, ...costs, await bytesFigure(bench)]
  },
}

/** Some half a second's worth of records would be over before it was rightly looked at. */
async function repeated(inbound: HopBench): Promise<HopBench> {
  const { servers, trail, messages } = inbound
  const { main } = await trail.leg(inboundHop.from)
  await trail.note('main', inboundHop.from, () => repeatBacklog(servers, main, repeats))
  return { ...inbound, messages: messages * repeats }
}

const repeats = 5

function figuresOf({ stage, asks }: Hop, decided: DecidingHop): readonly Figure[] {
  const { overOurs, overKafkajs, cost, copyMicros, kafkajsMicros } = decided
  const figure = (
    over: string,
    { ratio, spread, ours, bare }: Compared,
    micros: number,
  ): Figure => {
    const rates = `${formatted(ours, '/s')} against ${formatted(bare, '/s')}`
    return {
      target: 'C2',
      what: `${asks ? `${stage}, which asks ${asks},` : stage} over ${over}`,
      value: ratio,
      unit: 'x',
      spread,
      beside: `${rates}; CPU of its process ${formatted(cost.hub, 'us')} against ${formatted(micros, 'us')}`,
      ...(asks ? { better: 'higher' } : targets.pureStage),
    }
  }
  const figures = [figure('a copy loop on our adapter', overOurs, copyMicros)]
  if (overKafkajs) figures.unshift(figure('a copy loop of kafkajs', overKafkajs, kafkajsMicros))
  return figures
}

/** What brokers keep of a message, each copy of it. */
async function bytesFigure({ servers, trail, messages }: HopBench): Promise<Figure> {
  const written = [
    'messages.submitted',
    ...[...decidingHops, ...actingHops].flatMap(({ to }) => to),
  ]
  const sizes: { readonly topic: string; readonly bytes: number }[] = []
  for (const topic of written) {
    const records = recordsOf((await trail.leg([topic])).main)
    if (records === 0) continue
    sizes.push({ topic, bytes: (await recordBytes(servers, topic)) * (records / messages) })
  }
  return {
    target: 'C8',
    what: 'bytes a message in all topics, before compression and copies',
    value: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    unit: 'B',
    beside: sizes.map(({ topic, bytes }) => `${topic} ${formatted(bytes, 'B')}`).join(', '),
    better: 'lower',
  }
}
