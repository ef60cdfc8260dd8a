import { formatted } from '../harness/format.ts'
import { withChildren } from '../harness/with-children.ts'
import { drain } from './drain.ts'
import type { Hop } from './hop.ts'
import { groupOf, type HopBench, stageProcess } from './hop-bench.ts'
import { type HopCost, hopCost } from './hop-cost.ts'

/** A stage that acts on the outside, once over the load. */
export function actingHop(bench: HopBench, { stage, from, to }: Hop): Promise<HopCost> {
  const { servers, trail, messages, tools } = bench
  return withChildren([stageProcess(bench, stage)], async (process) => {
    const { warm, main } = await trail.leg(from)
    await trail.note('warm', to, () => drain(servers, groupOf(stage), warm, [process]))
    const drained = await trail.note('main', to, () =>
      drain(servers, groupOf(stage), main, [process]),
    )
    tools.say(`${stage}: ${formatted(drained.perSecond, '/s')}`)
    return hopCost(stage, drained.records / messages, drained)
  })
}
