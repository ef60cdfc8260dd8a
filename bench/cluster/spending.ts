import type { Child } from '../harness/child.ts'
import { type BenchServers, type ServerUsage, serverKinds } from './bench-servers.ts'

/** Processor time, microseconds. */
export interface Spending {
  /** Of each process of the hub that was asked about. */
  readonly own: readonly number[]
  readonly servers: ServerUsage
}

/** What these processes and the servers have spent since they began. */
export async function spending(
  servers: BenchServers,
  processes: readonly Child[],
): Promise<Spending> {
  const usages = await Promise.all(
    processes.map((process) => process.ask<{ cpuMicros: number }>({ ask: 'usage' })),
  )
  return { own: usages.map(({ cpuMicros }) => cpuMicros), servers: servers.usage() }
}

/** What was spent between two looks on each of `count`. */
export function spentOnEach(before: Spending, after: Spending, count: number): Spending {
  const own = after.own.map((micros, nth) => (micros - (before.own[nth] ?? Number.NaN)) / count)
  const kinds = serverKinds.map((kind) => [
    kind,
    (after.servers[kind] - before.servers[kind]) / count,
  ])
  return { own, servers: Object.fromEntries(kinds) as ServerUsage }
}
