import type { Environment } from './environment.ts'
import type { FaultLog } from './fault-log.ts'

/** What every reader of a piece of the file is given. */
export interface ReadContext {
  readonly log: FaultLog
  /** Null: values are not asked for. */
  readonly environment: Environment | null
}
