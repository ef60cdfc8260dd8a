/** Runs one unit in this process. */
export interface Runner {
  start(): Promise<void>
  /** Stops taking, lets what runs finish within the stage's drain, commits, leaves the group. */
  stop(): Promise<void>
  health(): RunnerHealth
}

export interface RunnerHealth {
  readonly stageId: string
  /** Nothing taken in is unfinished. */
  readonly idle: boolean
  /** Start of the longest running batch or attempt; null when none runs. Held records do not count. */
  readonly oldestRunningSinceMs: number | null
  readonly lastContactMs: number
}
