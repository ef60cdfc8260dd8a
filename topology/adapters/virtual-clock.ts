import type { Clock } from '../ports/clock.ts'
import { sleepAfter } from './sleep-after.ts'

/** A clock that moves only when told to, for tests and the simulator. */
export interface VirtualClock extends Clock {
  /**
   * Runs everything due in the next `ms` in the order it is due (and, at one instant, in the order it was
   * asked for), with all promise callbacks settled between two tasks; then the time is `now() + ms`.
   */
  advance(ms: number): Promise<void>
  /** Advances to the next task and runs it; false when there is none. */
  step(): Promise<boolean>
  /** Waits until all promise callbacks that can run have run, without moving the time. */
  settle(): Promise<void>
  /** When the next task is due; undefined when nothing waits. */
  nextDueMs(): number | undefined
}

interface Task {
  readonly dueMs: number
  readonly order: number
  run: (() => void) | null
}

/** Starts at `startMs`, milliseconds since 1970 UTC; the default is a Friday noon in 2027. */
export function virtualClock(startMs = 1_800_014_400_000): VirtualClock {
  let nowMs = startMs
  let asked = 0
  const heap: Task[] = []

  function after(ms: number, run: () => void): () => void {
    const task: Task = { dueMs: nowMs + Math.max(0, ms), order: asked++, run }
    push(heap, task)
    return () => {
      task.run = null // stays in the heap until its time: removing costs more than skipping
    }
  }

  function next(): Task | undefined {
    while (heap[0] && !heap[0].run) pop(heap)
    return heap[0]
  }

  function runNext(): void {
    const task = pop(heap)
    if (!task?.run) return
    nowMs = Math.max(nowMs, task.dueMs)
    const { run } = task
    task.run = null
    run()
  }

  return {
    now: () => nowMs,
    after,
    sleep: sleepAfter(after),
    async advance(ms) {
      const untilMs = nowMs + ms
      await settled()
      for (let task = next(); task && task.dueMs <= untilMs; task = next()) {
        runNext()
        await settled()
      }
      nowMs = untilMs
    },
    async step() {
      await settled()
      if (!next()) return false
      runNext()
      await settled()
      return true
    },
    settle: settled,
    nextDueMs: () => next()?.dueMs,
  }
}

/** An immediate runs only when the queues of promise callbacks and ticks are empty: no guess at how many rounds they need. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function before(a: Task, b: Task): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}

function push(heap: Task[], task: Task): void {
  let child = heap.length
  heap.push(task)
  while (child > 0) {
    const parent = (child - 1) >> 1
    const above = heap[parent]
    if (!above || !before(task, above)) break
    heap[child] = above
    child = parent
  }
  heap[child] = task
}

function pop(heap: Task[]): Task | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (!first || !last || heap.length === 0) return first
  let hole = 0
  for (;;) {
    let child = 2 * hole + 1
    let least = heap[child]
    if (!least) break
    const right = heap[child + 1]
    if (right && before(right, least)) {
      least = right
      child += 1
    }
    if (!before(least, last)) break
    heap[hole] = least
    hole = child
  }
  heap[hole] = last
  return first
}
