import type { Clock } from '../../ports/clock.ts'

/** One write on its way to stable storage. */
export interface Unsynced<Result> {
  /** Makes it durable; runs once, in the order of the queue. */
  apply(): Result
  /** On its way: until then a dying process takes it along unseen. */
  readonly send: (delayMs: number) => Promise<Result>
  /** It will never be sent. */
  readonly drop: () => void
}

interface Entry {
  state: 'waiting' | 'sent' | 'synced'
  readonly finish: () => void
  readonly salvage: () => void
}

/** Writes of one process become durable in the order they were begun, however long each takes. */
export interface UnsyncedQueue {
  /** Takes a place in the order; `salvage` decides at a kill what of a sent write is kept. */
  enter<Result>(apply: () => Result, salvage: () => void): Omit<Unsynced<Result>, 'apply'>
  /** The process dies: everything sent and not durable is given to its `salvage`, in order. */
  kill(): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export function unsyncedQueue(clock: Clock): UnsyncedQueue {
  let entries: Entry[] = []
  let whenIdle: (() => void)[] = []

  function drain(): void {
    let done = 0
    for (const entry of entries) {
      if (entry.state !== 'synced') break
      done += 1
      entry.finish()
    }
    if (done > 0) entries.splice(0, done)
    if (entries.length === 0) for (const resolve of whenIdle.splice(0)) resolve()
  }

  return {
    enter(apply, salvage) {
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof apply>>()
      const finish = () => {
        try {
          resolve(apply())
        } catch (error) {
          reject(error)
        }
      }
      const entry: Entry = { state: 'waiting', finish, salvage }
      entries.push(entry)
      const synced = () => {
        entry.state = 'synced'
        drain()
      }
      return {
        send(delayMs) {
          entry.state = 'sent'
          if (delayMs <= 0) synced()
          else clock.after(delayMs, synced)
          return promise
        },
        drop() {
          entries = entries.filter((each) => each !== entry)
          drain()
        },
      }
    },
    kill() {
      const lost = entries
      entries = []
      whenIdle = []
      for (const entry of lost) if (entry.state !== 'waiting') entry.salvage()
    },
    idle() {
      if (entries.length === 0) return Promise.resolve()
      return new Promise((resolve) => whenIdle.push(resolve))
    },
  }
}
