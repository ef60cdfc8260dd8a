/** The most by which a task's time may be cut short, in milliseconds and as a part of it. */
const mostEarlyMs = 100
const mostEarlyPart = 0.01

/** Runs the task with a signal that aborts after `timeoutMs`, and with `outer`. */
export type Bounded = <Value>(
  outer: AbortSignal,
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<Value>,
) => Promise<Value>

/** Those that began at about the same time, under one signal. */
interface Group {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** No more may join from here on, by `performance.now()`. */
  readonly joinUntilMs: number
  running: number
  /** One of them has ended; made once for all, since a closure for each would be garbage for each message. */
  answered<Value>(value: Value): Value
  failed(error: unknown): never
}

/**
 * Bounds tasks in time. Tasks that begin at about the same time share a signal, a timer and a listener, which cost
 * more than all else that is done for a task: so one may be aborted a little early, by a hundredth of its time and at
 * most 100 ms, and never late. When the last of them has ended, no timer and no listener is left.
 */
export function sharedDeadlines(): Bounded {
  const open = new WeakMap<AbortSignal, Group>()

  function join(outer: AbortSignal, timeoutMs: number): Group {
    const nowMs = performance.now()
    const present = open.get(outer)
    if (present && present.timeoutMs === timeoutMs && nowMs < present.joinUntilMs) return present
    const group = begin(outer, timeoutMs, nowMs)
    open.set(outer, group)
    return group
  }

  return (outer, timeoutMs, task) => {
    const group = join(outer, timeoutMs)
    group.running++
    try {
      return task(group.signal).then(group.answered, group.failed)
    } catch (error) {
      return Promise.reject(error).then(group.answered, group.failed)
    }
  }

  function begin(outer: AbortSignal, timeoutMs: number, nowMs: number): Group {
    const controller = new AbortController()
    const abort = () => controller.abort()
    const timer = setTimeout(abort, timeoutMs)
    outer.addEventListener('abort', abort, { once: true })
    if (outer.aborted) abort()
    const left = () => {
      group.running--
      if (group.running > 0) return
      clearTimeout(timer)
      outer.removeEventListener('abort', abort)
      if (open.get(outer) === group) open.delete(outer)
    }
    const group: Group = {
      signal: controller.signal,
      timeoutMs,
      joinUntilMs: nowMs + Math.min(mostEarlyMs, timeoutMs * mostEarlyPart),
      running: 0,
      answered(value) {
        left()
        return value
      },
      failed(error) {
        left()
        throw error
      },
    }
    return group
  }
}
