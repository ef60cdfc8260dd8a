import { LRUCache } from 'lru-cache'

/**
 * Remembers at most `max` things; those not asked for the longest are forgotten. An LRUCache takes its whole room when it is
 * made (some 30 bytes and a moment's work for each thing it might hold), and most of a stage's never hold one: this one
 * makes it with the first.
 */
export class LateCache<Value extends {}> {
  readonly #max: number
  #made: LRUCache<string, Value> | undefined

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#made?.size ?? 0
  }

  has(key: string): boolean {
    return this.#made?.has(key) ?? false
  }

  get(key: string): Value | undefined {
    return this.#made?.get(key)
  }

  set(key: string, value: Value): void {
    this.#made ??= new LRUCache({ max: this.#max })
    this.#made.set(key, value)
  }

  delete(key: string): void {
    this.#made?.delete(key)
  }
}
