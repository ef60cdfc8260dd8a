/** Time as the engine sees it, so that tests and the simulator can bend it. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number
  /** Resolves after `ms`; at once, without throwing, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `task` after `ms`; the function returned cancels it. */
  after(ms: number, task: () => void): () => void
}
