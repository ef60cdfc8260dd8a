import type pino from 'pino'
import type { Registry } from 'prom-client'
import type { GatewayTools } from '../../gateway/tools.ts'
import type { StageTools } from '../../stages/tools.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { GroupProgress } from './group-progress.ts'
import type { Readiness } from './readiness.ts'
import type { Servers } from './servers.ts'

/** What the parts of a process are built on. */
export interface Base extends Servers {
  readonly clock: Clock
  readonly log: pino.Logger
  readonly content: StageTools['content'] & GatewayTools['content']
  readonly metrics: Registry
  readonly directoryProgress: GroupProgress
  readonly readiness: Readiness
}
