import { setTimeout as sleep } from 'node:timers/promises'
import type { HubProcess } from './hub-process.ts'
import type { PlannedKill } from './plan.ts'

export interface Death {
  readonly during: 'serving' | 'starting'
  /** By `performance.now()`. */
  readonly atMs: number
  /** Until a request made afterwards was answered 202; null when none was made, or another death came first. */
  recoveredAfterMs: number | null
}

/** Ends the hub with SIGKILL where the plan says so, and starts it again at once. */
export class Killer {
  readonly deaths: Death[] = []
  readonly #hub: HubProcess

  constructor(hub: HubProcess) {
    this.#hub = hub
  }

  /** `progress` says how far the run is, 0 to 1. Ends when all planned deaths are died, or `signal` aborts. */
  async run(
    kills: readonly PlannedKill[],
    progress: () => number,
    signal: AbortSignal,
  ): Promise<void> {
    for (const kill of kills) {
      while (progress() < kill.progress && !signal.aborted) await sleep(10)
      await sleep(kill.delayMs)
      if (signal.aborted) return
      await this.#kill('serving')
      for (const share of kill.duringStart) {
        await sleep(share * this.#usualStartMs())
        if (signal.aborted) return
        await this.#kill('starting')
      }
      await this.#hub.ready
    }
  }

  /** Told of each acceptance, with when it was asked for. */
  accepted(askedAtMs: number, nowMs: number): void {
    const last = this.deaths.at(-1)
    if (!last || last.recoveredAfterMs !== null || askedAtMs < last.atMs) return
    last.recoveredAfterMs = nowMs - last.atMs
  }

  async #kill(during: Death['during']): Promise<void> {
    await this.#hub.kill()
    this.deaths.push({ during, atMs: performance.now(), recoveredAfterMs: null })
    this.#hub.start()
  }

  #usualStartMs(): number {
    const sorted = [...this.#hub.startsMs].sort((a, b) => a - b)
    return sorted[sorted.length >> 1] ?? 1000
  }
}
