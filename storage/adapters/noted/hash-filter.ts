/** Bits for each hash there is room for, and how many of them it sets: of others one in four hundred is taken for one of them. */
const bitsEach = 16
const places = [0, 1, 2, 3] as const

/**
 * A Bloom filter of `keyHash`es: what it does not have was never added; what it has may have been. A hash's lower 32 bits
 * say where the first of its bits is, the upper 20 how far apart they are.
 */
export class HashFilter {
  readonly room: number
  readonly #words: Uint32Array
  readonly #mask: number
  #added = 0

  /** @param room hashes; a power of two, and at most 2 ** 27 */
  constructor(room: number) {
    this.room = room
    this.#words = new Uint32Array((room * bitsEach) / 32)
    this.#mask = room * bitsEach - 1
  }

  get isFull(): boolean {
    return this.#added >= this.room
  }

  add(hash: number): void {
    this.#added++
    // Divided and not shifted: 52 bits.
    const high = Math.floor(hash / 2 ** 32)
    const at = hash - high * 2 ** 32
    const step = Math.imul(high, 0x9e3779b1) | 1
    for (const nth of places) {
      const bit = (at + Math.imul(nth, step)) & this.#mask
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31))
    }
  }

  mayHave(hash: number): boolean {
    const high = Math.floor(hash / 2 ** 32)
    const at = hash - high * 2 ** 32
    const step = Math.imul(high, 0x9e3779b1) | 1
    for (const nth of places) {
      const bit = (at + Math.imul(nth, step)) & this.#mask
      if (((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false
    }
    return true
  }
}
