/** Bits for each hash there is room for, and how many of them it sets: of others one in four hundred is taken for one of them. */
const bitsEach = 16
const places = [0, 1, 2, 3] as const

/** A Bloom filter of `keyHash`es: what it does not have was never added; what it has may have been. */
export class HashFilter {
  readonly room: number
  readonly #words: Uint32Array
  #added = 0

  /** @param room hashes; a power of two, and at most 2 ** 28 */
  constructor(room: number) {
    this.room = room
    this.#words = new Uint32Array((room * bitsEach) / 32)
  }

  get isFull(): boolean {
    return this.#added >= this.room
  }

  add(hash: number): void {
    this.#added++
    for (const nth of places) {
      const bit = this.#place(hash, nth)
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31))
    }
  }

  mayHave(hash: number): boolean {
    for (const nth of places) {
      const bit = this.#place(hash, nth)
      if (((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false
    }
    return true
  }

  /** The lower 32 bits say where the first one is, the upper 20 how far apart they are. */
  #place(hash: number, nth: number): number {
    const step = Math.imul(Math.floor(hash / 2 ** 32), 0x9e3779b1) | 1
    return ((hash % 2 ** 32) + nth * (step >>> 0)) % (this.room * bitsEach)
  }
}
