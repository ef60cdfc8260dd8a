/** One record taken in and not yet below the prefix. */
export interface Mark {
  readonly offset: number
  done: boolean
}

/**
 * How far a partition is finished. Records finish in any order, but only the contiguous finished
 * prefix may be committed: a commit beyond an unfinished record would lose it in a crash.
 *
 * Offsets grow but may have gaps (compaction, control records), so the prefix is the offset of the
 * first unfinished record, and past the last record taken in when all are finished.
 */
export class Tracker {
  #marks: Mark[] = []
  #head = 0
  #next: number

  /** `start` is where reading begins: everything below was finished before. */
  constructor(start: number) {
    this.#next = start
  }

  /** False when the offset was taken in before: the broker told it again after a rebalance. */
  take(mark: Mark): boolean {
    const { offset } = mark
    if (offset < this.#next) return false
    this.#marks.push(mark)
    this.#next = offset + 1
    return true
  }

  /** As taken in and finished at once, without a mark. */
  pass(offset: number): void {
    if (offset >= this.#next) this.#next = offset + 1
  }

  finish(mark: Mark): void {
    mark.done = true
    while (this.#marks[this.#head]?.done) this.#head++
    if (this.#head > 1024 && this.#head * 2 > this.#marks.length) {
      this.#marks = this.#marks.slice(this.#head)
      this.#head = 0
    }
  }

  /** Everything below is finished: the offset to commit. */
  get prefix(): number {
    return this.#marks[this.#head]?.offset ?? this.#next
  }

  /** From the first unfinished record to the last one taken in. */
  get span(): number {
    return this.#marks.length - this.#head
  }
}
