import type { Clock } from '../ports/clock.ts'
import type { RunnerHealth } from './runner.ts'

export interface WatchdogOptions {
  readonly clock: Clock
  readonly health: () => readonly RunnerHealth[]
  /** A batch or an attempt that runs longer than this has stalled, milliseconds. */
  readonly stallMs: number
  readonly onStall: (stageId: string, forMs: number) => void
}

/** Looks four times in `stallMs` whether a stage has stalled; each stall is told once. Returns how to end it. */
export function startWatchdog({ clock, health, stallMs, onStall }: WatchdogOptions): () => void {
  const told = new Set<string>()
  let cancel = () => {}
  const look = () => {
    const nowMs = clock.now()
    for (const { stageId, oldestRunningSinceMs } of health()) {
      const forMs = oldestRunningSinceMs === null ? 0 : nowMs - oldestRunningSinceMs
      if (forMs < stallMs) told.delete(stageId)
      else if (!told.has(stageId)) {
        told.add(stageId)
        onStall(stageId, forMs)
      }
    }
    cancel = clock.after(stallMs / 4, look)
  }
  cancel = clock.after(stallMs / 4, look)
  return () => cancel()
}
