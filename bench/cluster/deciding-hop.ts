import { alternate, type Compared } from '../harness/alternate.ts'
import { formatted } from '../harness/format.ts'
import { withChildren } from '../harness/with-children.ts'
import { type Drained, drain } from './drain.ts'
import type { Hop } from './hop.ts'
import { groupOf, type HopBench, stageProcess } from './hop-bench.ts'
import { type HopCost, hopCost } from './hop-cost.ts'

export interface DecidingHop {
  readonly compared: Compared
  readonly cost: HopCost
  /** Processor time of the copy loop's process for each record, microseconds. */
  readonly copyMicros: number
}

/** Where the copy loop copies to; it is kept for a minute. */
const copied = 'bench.copied'
/**
 * Before the one that warms up in any case. A stage in production runs for days, and has nearly all of its code compiled
 * after some 200,000 records: in one process the rounds of 60,000 of route took 29, 19, 14, 14 and 12 us a record, of a copy
 * loop 11, 10, 10, 9 and 8.
 */
const warmRounds = 2

/** A stage that only decides against a bare copy loop of the same records, in turns. */
export async function decidingHop(bench: HopBench, hop: Hop): Promise<DecidingHop> {
  const { servers, trail, messages, tools } = bench
  const { stage, from, to } = hop
  const [source = ''] = from
  await servers.broker.ensureTopics([
    { name: copied, partitions: 12, cleanup: 'delete', retentionMs: 60_000 },
  ])
  const copying = { script: 'servers/copy-loop.ts', core: null, env: servers.environment }
  return withChildren([stageProcess(bench, stage), copying], async (ours, bare) => {
    const { warm, main } = await trail.leg(from)
    await trail.note('warm', to, () =>
      beside(bench, hop, () => drain(servers, groupOf(stage), warm, [ours])),
    )
    let last: Drained | undefined
    let copy: Drained | undefined
    const decide = async () => {
      last = await trail.note('main', to, () => drain(servers, groupOf(stage), main, [ours]))
      return last.perSecond
    }
    const copyAll = async () => {
      const job = { group: 'bench.copy', from: source, to: copied }
      copy = await drain(servers, job.group, main, [bare], job)
      return copy.perSecond
    }
    for (let round = 0; round < (tools.effort.quick ? 0 : warmRounds); round++) {
      await decide()
      await copyAll()
    }
    const compared = await alternate(tools.effort.rounds, decide, copyAll, (round, a, b) =>
      tools.say(
        `${stage} ${round}/${tools.effort.rounds}: ${formatted(a, '/s')} against ${formatted(b, '/s')}`,
      ),
    )
    if (!last || !copy) throw new Error(`${stage} was not run`)
    const copyMicros = copy.spent.own[0] ?? Number.NaN
    return { compared, cost: hopCost(stage, last.records / messages, last), copyMicros }
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
