import { alternate } from '../harness/alternate.ts'
import type { Case } from '../harness/case.ts'
import { formatted } from '../harness/format.ts'
import { targets } from '../harness/targets.ts'
import { withChildren } from '../harness/with-children.ts'

/**
 * P5: what the runtime costs over the least that any pipeline must do. The same 50,000 records of the gateway:
 *
 * - bare: one loop of plain avsc: decode the Message, make a Delivery by a literal, encode it.
 * - ours: the engine's own BatchStep on pipeline.fused.yaml: validate (which reads the content), dedup on a
 *   window in memory, enrich on a directory in memory, route (which reads the content again, and hashes the
 *   delivery's id), batches of 500, every check of outputs and every header. Nothing is appended.
 *
 * The figure is bare over ours: how many times the loop the runtime costs.
 */
export const runtime: Case = {
  targets: ['P5'],
  title: 'the runtime against one decode-transform-encode loop',
  run: ({ effort, say }) =>
    withChildren([{ script: 'servers/runtime.ts', core: 0 }], async (child) => {
      const { rounds } = effort
      const compared = await alternate(
        rounds + 2,
        () => child.ask<number>({ ask: 'bare' }),
        () => child.ask<number>({ ask: 'ours' }),
        (round, bare, ours) =>
          say(`${round}/${rounds + 2}: ${formatted(ours, '/s')} against ${formatted(bare, '/s')}`),
      )
      return [
        {
          target: 'P5',
          what: 'validate..route, fused, over one avsc loop',
          value: compared.ratio,
          unit: 'x',
          spread: compared.spread,
          beside: `${formatted(compared.bare, '/s')} against ${formatted(compared.ours, '/s')}`,
          ...targets.runtime,
        },
      ]
    }),
}
