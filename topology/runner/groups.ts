/**
 * What the records of one group (an account) share: a wait that concerns them all, and a budget of held
 * records, so that one account that is down cannot fill the window of the others.
 */
export class Groups {
  readonly #budget: number
  readonly #held = new Map<string, number>()
  readonly #waits = new Map<string, { readonly untilMs: number; readonly reason: string }>()

  constructor(budget: number) {
    this.#budget = budget
  }

  /** The wait that the whole group is in, or undefined. */
  wait(
    group: string,
    nowMs: number,
  ): { readonly untilMs: number; readonly reason: string } | undefined {
    const wait = this.#waits.get(group)
    if (wait && wait.untilMs > nowMs) return wait
    if (wait) this.#waits.delete(group)
    return undefined
  }

  /** A longer wait stays. */
  hold(group: string, untilMs: number, reason: string): void {
    const present = this.#waits.get(group)
    if (!present || present.untilMs < untilMs) this.#waits.set(group, { untilMs, reason })
  }

  /** Counts held records; a negative number counts them out again. */
  count(group: string, records: number): void {
    const held = (this.#held.get(group) ?? 0) + records
    if (held > 0) this.#held.set(group, held)
    else this.#held.delete(group)
  }

  isOver(group: string): boolean {
    return (this.#held.get(group) ?? 0) > this.#budget
  }
}
