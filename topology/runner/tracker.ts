const finished = -1

/**
 * How far a partition is finished. Records finish in any order, but only the contiguous finished
 * prefix may be committed: a commit beyond an unfinished record would lose it in a crash.
 *
 * Offsets grow but may have gaps (compaction, control records), so the prefix is the offset of the
 * first unfinished record, and past the last record taken in when all are finished.
 *
 * What is taken in gets a place, which is a number and no object: tens of thousands wait at a time, and each would be walked and moved
 * by the collector.
 */
export class Tracker {
  /** By place, from `#base` on. */
  #offsets: number[] = []
  #base = 0
  #head = 0
  #next: number

  /** `start` is where reading begins: everything below was finished before. */
  constructor(start: number) {
    this.#next = start
  }

  /** The record's place; undefined when the offset was taken in before: the broker told it again after a rebalance. */
  take(offset: number): number | undefined {
    if (offset < this.#next) return undefined
    this.#next = offset + 1
    return this.#base + this.#offsets.push(offset) - 1
  }

  /** As taken in and finished at once, without a place. */
  pass(offset: number): void {
    if (offset >= this.#next) this.#next = offset + 1
  }

  finish(place: number): void {
    // Below are places that were finished before and let go of.
    if (place < this.#base) return
    this.#offsets[place - this.#base] = finished
    while (this.#offsets[this.#head] === finished) this.#head++
    if (this.#head > 1024 && this.#head * 2 > this.#offsets.length) {
      this.#offsets = this.#offsets.slice(this.#head)
      this.#base += this.#head
      this.#head = 0
    }
  }

  isFinished(place: number): boolean {
    return place < this.#base || this.#offsets[place - this.#base] === finished
  }

  /** Everything below is finished: the offset to commit. */
  get prefix(): number {
    return this.#offsets[this.#head] ?? this.#next
  }

  /** From the first unfinished record to the last one taken in. */
  get span(): number {
    return this.#offsets.length - this.#head
  }
}
