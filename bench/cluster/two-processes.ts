import { alternate } from '../harness/alternate.ts'
import type { Figure } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import { withChildren } from '../harness/with-children.ts'
import { drain } from './drain.ts'
import { groupOf, type HopBench, stageProcess } from './hop-bench.ts'

const stage = 'validate'

/**
 * C5: the same backlog by two processes of a stage and by one, in turns. It needs more cores than the stage, its
 * twin and the brokers take: where they share two, it shows what is left of them and not how the stage scales.
 */
export function twoProcesses(bench: HopBench): Promise<readonly Figure[]> {
  const { servers, trail, tools } = bench
  const one = stageProcess(bench, stage)
  return withChildren([one, one], async (first, second) => {
    const { main } = await trail.leg(['messages.submitted'])
    const run = async (members: readonly (typeof first)[]) =>
      (await drain(servers, groupOf(stage), main, members)).perSecond
    const { rounds } = tools.effort
    const { ratio, spread, ours, bare } = await alternate(
      Math.min(rounds, 3),
      () => run([first, second]),
      () => run([first]),
      (round, two, alone) =>
        tools.say(`two ${round}: ${formatted(two, '/s')} against ${formatted(alone, '/s')} by one`),
    )
    return [
      {
        target: 'C5',
        what: `${stage}, two processes over one`,
        value: ratio,
        unit: 'x',
        spread,
        beside: `${formatted(ours, '/s')} against ${formatted(bare, '/s')}, brokers on the same cores`,
        better: 'higher',
      },
    ]
  })
}
