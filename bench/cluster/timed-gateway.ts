import type { Child } from '../harness/child.ts'
import type { BenchServers } from './bench-servers.ts'
import { type HopCost, hopCost } from './hop-cost.ts'
import { spending, spentOnEach } from './spending.ts'

/** What a gateway and the servers spend on so many messages that `send` brings it. */
export async function timedGateway(
  servers: BenchServers,
  gateway: Child,
  load: { readonly hop: string; readonly messages: number; send(): Promise<unknown> },
): Promise<HopCost> {
  const { hop, messages } = load
  const before = await spending(servers, [gateway])
  const startMs = performance.now()
  await load.send()
  const perSecond = (messages / (performance.now() - startMs)) * 1_000
  const spent = spentOnEach(before, await spending(servers, [gateway]), messages)
  return hopCost(hop, 1, { perSecond, spent })
}
