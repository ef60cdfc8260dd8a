import type { Lane } from './lane.ts'

interface Queue {
  readonly lanes: Lane[]
  /** How many of them had their turn. */
  head: number
}

/**
 * Lanes that wait for a turn: one group (account) after the other, and within a group in the order they came.
 * While several groups are about, none may take more than three quarters of the places: an account whose
 * platform answers slowly must leave some to the others.
 */
export class ReadyLanes {
  readonly #places: number
  readonly #queues = new Map<string, Queue>()
  readonly #running = new Map<string, number>()

  constructor(places: number) {
    this.#places = places
  }

  push(lane: Lane): void {
    const name = nameOf(lane)
    const queue = this.#queues.get(name)
    if (queue) queue.lanes.push(lane)
    else this.#queues.set(name, { lanes: [lane], head: 0 })
  }

  /** The next lane whose group may run one more; undefined when there is none. Its place is taken until `ended`. */
  take(): Lane | undefined {
    const most = this.#areSeveral() ? Math.ceil(this.#places * 0.75) : this.#places
    for (const [name, queue] of this.#queues) {
      const running = this.#running.get(name) ?? 0
      if (running >= most) continue
      const lane = queue.lanes[queue.head++]
      const left = queue.head < queue.lanes.length
      // To the end of the line of groups, or out of it.
      if (!left || this.#queues.size > 1) {
        this.#queues.delete(name)
        if (left) this.#queues.set(name, queue)
      }
      trim(queue)
      if (!lane) continue
      this.#running.set(name, running + 1)
      return lane
    }
    return undefined
  }

  /** More than one group waits or runs. */
  #areSeveral(): boolean {
    if (this.#queues.size > 1 || this.#running.size > 1) return true
    for (const waiting of this.#queues.keys()) {
      for (const running of this.#running.keys()) return waiting !== running
    }
    return false
  }

  /** `group` as it was when the lane was taken: decoding may have told it meanwhile. */
  ended(group: string | null): void {
    const name = group ?? unknown
    const running = (this.#running.get(name) ?? 0) - 1
    if (running > 0) this.#running.set(name, running)
    else this.#running.delete(name)
  }
}

/** Records that could not be read in advance wait together. */
const unknown = ''

const nameOf = ({ group }: Lane) => group ?? unknown

const trimmedAt = 1024

/** Lets go of lanes that had their turn, now and then. */
function trim(queue: Queue): void {
  if (queue.head < trimmedAt || queue.head * 2 < queue.lanes.length) return
  queue.lanes.splice(0, queue.head)
  queue.head = 0
}
