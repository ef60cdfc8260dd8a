import { formatted } from '../harness/format.ts'
import { batched, httpBurst, single, type Target } from '../harness/http-bench.ts'
import { withChildren } from '../harness/with-children.ts'
import { batchBodies, singleBodies } from '../load/send-bodies.ts'
import { gatewayProcess, type HopBench } from './hop-bench.ts'
import type { HopCost } from './hop-cost.ts'
import { timedGateway } from './timed-gateway.ts'

export interface GatewayHop {
  readonly singles: HopCost
  readonly batches: HopCost
}

const submitted = 'messages.submitted'
const batchSize = 100

/**
 * The gateway, until the log has acknowledged: one message a request, and then in batches of 100, which are what the
 * stages get to do. Everybody who gets messages has had one before.
 */
export function gatewayHop(bench: HopBench): Promise<GatewayHop> {
  const { servers, trail, messages, tools } = bench
  const generator = { script: 'load/generator.ts', core: null }
  return withChildren([generator, gatewayProcess(bench)], async (load, gateway) => {
    const burst = (target: Omit<Target, 'warmMs' | 'runMs'>) =>
      httpBurst(load, gateway, { ...target, warmMs: 0, runMs: 600_000 })
    const bodies = batchBodies(batchSize)
    // Once to everybody.
    await trail.note('warm', [submitted], () =>
      burst({ ...batched, bodies, requests: bodies.length }),
    )
    const few = { ...single, bodies: singleBodies() }
    await burst({ ...few, requests: messages / 10 })
    const singles = await timedGateway(servers, gateway, {
      hop: 'gateway, single',
      messages: messages / 5,
      send: () => burst({ ...few, requests: messages / 5 }),
    })
    const batches = await timedGateway(servers, gateway, {
      hop: `gateway, batch of ${batchSize}`,
      messages,
      send: () =>
        trail.note('main', [submitted], () =>
          burst({ ...batched, bodies, requests: messages / batchSize }),
        ),
    })
    for (const { hop, perSecond } of [singles, batches]) {
      tools.say(`${hop}: ${formatted(perSecond, '/s')}`)
    }
    return { singles, batches }
  })
}
