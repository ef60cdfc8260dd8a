import { HashFilter } from './hash-filter.ts'

/** The table, as `PresentKeys` looks at it. */
export interface HashedTable {
  /** How many rows there are, or more. */
  rows(): number
  /** Hashes above one that the table has, in ascending order and each once; so many at most. */
  next(above: number, most: number): readonly number[]
}

/** How much of the table is looked at with each question: half a millisecond's worth. */
const shareOfFill = 500
const leastRoom = 2 ** 16
/** 64 MB. A table with more rows is looked into as if there were no filter. */
const mostRoom = 2 ** 25

/**
 * Which keys a table may have. Ids are nearly always new, and to look for what is not there costs as much as to find it.
 *
 * A filter begins empty and is filled from the table little by little, with the questions that are asked; until that is done
 * every key may be there. What goes into the table meanwhile is told before it is there. What goes out of it stays in the
 * filter, until so much was told that a new one takes its place.
 */
export class PresentKeys {
  readonly #table: HashedTable
  readonly #share: number
  readonly #least: number
  #filled: HashFilter | undefined
  #filling: HashFilter | undefined
  /** What `#filling` has of the table. */
  #upTo = 0

  constructor(table: HashedTable, { share = shareOfFill, least = leastRoom } = {}) {
    this.#table = table
    this.#share = share
    this.#least = least
    this.#begin()
  }

  mayHave(hash: number): boolean {
    return this.#filled?.mayHave(hash) ?? true
  }

  /** To be called before a look at what keys may be there. */
  fillOn(): void {
    const filter = this.#filling
    if (!filter) return
    const hashes = this.#table.next(this.#upTo, this.#share)
    for (const hash of hashes) filter.add(hash)
    this.#upTo = hashes.at(-1) ?? this.#upTo
    if (hashes.length === this.#share) return
    this.#filled = filter
    this.#filling = undefined
  }

  /** These are about to go into the table. What was told before is there, so a filter that is begun now will find it. */
  told(hashes: readonly number[]): void {
    if (!this.#filling && this.#filled?.isFull) this.#begin()
    // Not by an iterator, which makes an object for each.
    hashes.forEach((hash) => {
      this.#filled?.add(hash)
      this.#filling?.add(hash)
    })
  }

  /** With room for twice as many as there are. */
  #begin(): void {
    const room = Math.max(this.#least, 2 ** Math.ceil(Math.log2(this.#table.rows() * 2 + 1)))
    this.#upTo = -1
    this.#filling = room <= mostRoom ? new HashFilter(room) : undefined
    if (!this.#filling) this.#filled = undefined
  }
}
