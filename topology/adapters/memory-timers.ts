import type { Timer, TimerStore } from '../ports/timers.ts'

/** What outlives the process that a simulation kills: hand it to the next one. */
export type TimerState = Map<string, Timer>

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memoryTimers(state: TimerState = new Map()): TimerStore {
  return {
    async schedule(timers) {
      for (const timer of timers) if (!state.has(timer.id)) state.set(timer.id, timer)
    },
    async due(nowMs, limit) {
      return [...state.values()]
        .filter(({ dueMs }) => dueMs <= nowMs)
        .sort((a, b) => a.dueMs - b.dueMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
    },
    async done(ids) {
      for (const id of ids) state.delete(id)
    },
  }
}
