import type { CaseTools } from '../harness/case.ts'
import type { ChildOptions } from '../harness/child.ts'
import type { BenchServers } from './bench-servers.ts'
import type { Trail } from './trail.ts'

/** What the measuring of one hop needs. */
export interface HopBench {
  readonly servers: BenchServers
  readonly trail: Trail
  /** Messages of the load that is measured. */
  readonly messages: number
  readonly tools: CaseTools
}

/** A gateway. */
export function gatewayProcess({ servers }: Pick<HopBench, 'servers'>): ChildOptions {
  const args = ['pipeline.yaml', 'gateway']
  return { script: 'servers/cluster-process.ts', args, core: null, env: servers.environment }
}

/** A process of a stage that has no work yet. */
export function stageProcess({ servers }: Pick<HopBench, 'servers'>, stage: string): ChildOptions {
  const args = ['pipeline.yaml', stage]
  return { script: 'servers/stage-process.ts', args, core: null, env: servers.environment }
}

export const groupOf = (stage: string): string => `chat4all.${stage}`
