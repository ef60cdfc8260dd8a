import type { ClusterCase } from '../../cluster/cluster-case.ts'
import { gatewayProcess } from '../../cluster/hop-bench.ts'
import { formatted } from '../../harness/format.ts'
import { halfLoad } from '../../harness/half-load.ts'
import { targets } from '../../harness/targets.ts'
import { withChildren } from '../../harness/with-children.ts'

/**
 * C3: how long a client waits for its 202 from a gateway on Kafka (acks=all, two of three brokers have it) at half of
 * that gateway's own highest rate. No stage runs beside it.
 */
export const acceptLatency: ClusterCase = {
  targets: ['C3'],
  title: 'latency of the 202 at half load',
  run: (servers, tools) =>
    withChildren(
      [
        { script: 'load/generator.ts', core: null },
        gatewayProcess({ servers }),
        { script: 'servers/bare-http.ts', core: null },
      ],
      async (generator, gateway, bare) => {
        const effort = { ...tools.effort, rounds: Math.min(tools.effort.rounds, 5) }
        const {
          rate,
          ours,
          bare: barely,
        } = await halfLoad(generator, gateway, bare, {
          ...tools,
          effort,
        })
        return [
          {
            target: 'C3',
            what: 'p99 to the 202 at half load, acks=all',
            value: ours.p99,
            unit: 'ms',
            spread: ours.spread,
            beside: `p50 ${formatted(ours.p50, 'ms')} at ${formatted(rate, '/s')}; bare node:http p50 ${formatted(barely.p50, 'ms')}, p99 ${formatted(barely.p99, 'ms')}`,
            ...targets.clusterLatencyMs,
          },
        ]
      },
    ),
}
