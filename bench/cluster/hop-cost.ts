import type { ServerUsage } from './bench-servers.ts'
import type { Spending } from './spending.ts'

/** Processor time of one message at one hop, microseconds. */
export interface HopCost extends ServerUsage {
  readonly hop: string
  /** Of the hub's process. */
  readonly hub: number
  /** Messages a second through one process, on this machine, which the servers share. */
  readonly perSecond: number
}

/**
 * A hop may read several records of a message, `records` of them: a status update reads the message, its delivery and
 * its receipt.
 */
export function hopCost(
  hop: string,
  records: number,
  { perSecond, spent }: { readonly perSecond: number; readonly spent: Spending },
): HopCost {
  const { kafka, postgres, redis } = spent.servers
  const hub = spent.own.reduce((sum, each) => sum + each, 0)
  return {
    hop,
    hub: hub * records,
    kafka: kafka * records,
    postgres: postgres * records,
    redis: redis * records,
    perSecond: perSecond / records,
  }
}
