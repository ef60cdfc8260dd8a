/** Many things to do later, on one platform timer: twenty thousand phones must not mean twenty thousand timers. */
export interface Timers {
  /** Runs `task` after `ms`; at once, in this very call, when `ms` is 0 or less. */
  after(ms: number, task: () => void): void
  /** The same for what nobody waits for: it does not count in `size`. */
  inBackground(ms: number, task: () => void): void
  /** How many of `after` are still due. */
  readonly size: number
  close(): void
}

interface Due {
  readonly atMs: number
  readonly order: number
  readonly counted: boolean
  readonly task: () => void
}

export function timers(): Timers {
  const heap: Due[] = []
  let order = 0
  let counted = 0
  let armedFor = Number.POSITIVE_INFINITY
  let handle: NodeJS.Timeout | undefined

  const earlier = (a: Due, b: Due) => (a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs)

  function arm() {
    const next = heap[0]
    if (!next) {
      armedFor = Number.POSITIVE_INFINITY
      return
    }
    if (next.atMs >= armedFor) return
    clearTimeout(handle)
    armedFor = next.atMs
    handle = setTimeout(fire, Math.max(0, next.atMs - performance.now()))
  }

  function fire() {
    armedFor = Number.POSITIVE_INFINITY
    // Half a millisecond early is due: Node rounds timers down and would spin once more otherwise.
    const now = performance.now() + 0.5
    for (let next = heap[0]; next && next.atMs <= now; next = heap[0]) {
      pop(heap, earlier)
      if (next.counted) counted--
      next.task()
    }
    arm()
  }

  function add(ms: number, task: () => void, waited: boolean) {
    if (ms <= 0) {
      task()
      return
    }
    if (waited) counted++
    push(heap, { atMs: performance.now() + ms, order: order++, counted: waited, task }, earlier)
    arm()
  }

  return {
    after: (ms, task) => add(ms, task, true),
    inBackground: (ms, task) => add(ms, task, false),
    get size() {
      return counted
    },
    close() {
      clearTimeout(handle)
      heap.length = 0
      counted = 0
      armedFor = Number.POSITIVE_INFINITY
    },
  }
}

function push(heap: Due[], due: Due, earlier: (a: Due, b: Due) => boolean) {
  let at = heap.length
  heap.push(due)
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up]
    if (!parent || !earlier(due, parent)) break
    heap[at] = parent
    at = up
  }
  heap[at] = due
}

function pop(heap: Due[], earlier: (a: Due, b: Due) => boolean) {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    const child = left && right && earlier(right, left) ? right : left
    if (!child || !earlier(child, last)) break
    heap[at] = child
    at = child === right ? 2 * at + 2 : 2 * at + 1
  }
  heap[at] = last
}
