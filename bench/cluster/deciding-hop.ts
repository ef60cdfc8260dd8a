import { type Compared, compared } from '../harness/compared.ts'
import { formatted } from '../harness/format.ts'
import { inTurns } from '../harness/in-turns.ts'
import { withChildren } from '../harness/with-children.ts'
import { type Drained, drain } from './drain.ts'
import type { Hop } from './hop.ts'
import { groupOf, type HopBench, stageProcess } from './hop-bench.ts'
import { type HopCost, hopCost } from './hop-cost.ts'

export interface DecidingHop {
  /** With a copy loop on our adapter, and, for one that asks nobody, with one of kafkajs as it is published. */
  readonly overOurs: Compared
  readonly overKafkajs?: Compared
  readonly cost: HopCost
  /** Processor time of a copy loop's process for each record, microseconds. */
  readonly copyMicros: number
  readonly kafkajsMicros: number
}

/** Where the copy loops copy to; it is kept for a minute. */
const copied = 'bench.copied'
/**
 * Before the one that warms up in any case. A stage in production runs for days, and has nearly all of its code compiled
 * after some 200,000 records: in one process the rounds of 60,000 of route took 29, 19, 14, 14 and 12 us a record, of a copy
 * loop 11, 10, 10, 9 and 8.
 */
const warmRounds = 2

/** A stage that only decides against bare copy loops of the same records, in turns. */
export async function decidingHop(bench: HopBench, hop: Hop): Promise<DecidingHop> {
  const { servers, trail, messages, tools } = bench
  const { stage, from, to } = hop
  const [source = ''] = from
  await servers.broker.ensureTopics([
    { name: copied, partitions: 12, cleanup: 'delete', retentionMs: 60_000 },
  ])
  const loops = ['copy-loop.ts', ...(hop.asks ? [] : ['kafkajs-copy-loop.ts'])].map((name) => {
    return { script: `servers/${name}`, core: null, env: servers.environment }
  })
  return withChildren([stageProcess(bench, stage), ...loops], async (ours, ...bare) => {
    const { warm, main } = await trail.leg(from)
    await trail.note('warm', to, () =>
      beside(bench, hop, () => drain(servers, groupOf(stage), warm, [ours])),
    )
    const last: Drained[] = []
    const decide = async () => {
      last[0] = await trail.note('main', to, () => drain(servers, groupOf(stage), main, [ours]))
      return last[0].perSecond
    }
    const copies = bare.map((child, nth) => async () => {
      const job = { group: `bench.copy.${nth}`, from: source, to: copied }
      const done = await drain(servers, job.group, main, [child], job)
      last[nth + 1] = done
      return done.perSecond
    })
    const sides = [decide, ...copies]
    for (let round = 0; round < (tools.effort.quick ? 0 : warmRounds); round++) {
      for (const side of sides) await side()
    }
    const { rounds } = tools.effort
    const [stageRates = [], ...copyRates] = await inTurns(rounds, sides, (round, [a, ...b]) => {
      const against = b.map((rate) => formatted(rate, '/s')).join(' and ')
      tools.say(
        `${stage} ${round}/${rounds}: ${formatted(a ?? Number.NaN, '/s')} against ${against}`,
      )
    })
    const [overOurs, overKafkajs] = copyRates.map((rates) => compared(stageRates, rates))
    const [did, ...copiedBy] = last
    if (!did || !overOurs) throw new Error(`${stage} was not run`)
    const [copyMicros = Number.NaN, kafkajsMicros = Number.NaN] = copiedBy.map(
      ({ spent }) => spent.own[0] ?? Number.NaN,
    )
    const cost = hopCost(stage, did.records / messages, did)
    return { overOurs, ...(overKafkajs && { overKafkajs }), cost, copyMicros, kafkajsMicros }
  })
}

/** Who is new is written into the tables by a stage of its own, and enrich waits for it. */
function beside<Result>(bench: HopBench, hop: Hop, work: () => Promise<Result>): Promise<Result> {
  if (hop.beside === undefined) return work()
  return withChildren([stageProcess(bench, hop.beside)], async (other) => {
    await other.ask({ ask: 'resume' })
    return work()
  })
}
