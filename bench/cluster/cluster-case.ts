import type { CaseTools } from '../harness/case.ts'
import type { Figure } from '../harness/figure.ts'
import type { BenchServers } from './bench-servers.ts'

/** A case that needs the servers of a cluster. */
export interface ClusterCase {
  readonly targets: readonly string[]
  readonly title: string
  run(servers: BenchServers, tools: CaseTools): Promise<readonly Figure[]>
}
