/** Stands where an answer is still being asked for; each question has one of its own. */
class Asked {}

/**
 * What a projection answered lately, for as long as nothing changes it. Exact only while every change goes
 * through `change`: one process that owns its tables, as the embedded ones are owned.
 *
 * Bounded by weight: what was not asked for while half of it came in is forgotten.
 */
export class RecentAnswers<Answer> {
  readonly #weightOf: (answer: Answer) => number
  readonly #halfWeight: number
  #recent = new Map<string, Answer | Asked>()
  #before = new Map<string, Answer | Asked>()
  #recentWeight = 0

  /** An answer that weighs nothing is not worth remembering. */
  constructor(maxWeight: number, weightOf: (answer: Answer) => number) {
    this.#halfWeight = maxWeight / 2
    this.#weightOf = weightOf
  }

  /** In the order of `keys`. `ask` is given the places among them that must be asked for, and answers in their order. */
  async answers(
    keys: readonly string[],
    ask: (places: readonly number[]) => Promise<readonly Answer[]>,
  ): Promise<readonly Answer[]> {
    const answers = new Array<Answer>(keys.length)
    const asked = new Asked()
    const missing: number[] = []
    for (let place = 0; place < keys.length; place++) {
      const key = keys[place] as string // within its length
      let known = this.#recent.get(key)
      if (known === undefined) known = this.#again(key) // null is an answer
      if (known !== undefined && !(known instanceof Asked)) answers[place] = known
      else {
        missing.push(place)
        this.#recent.set(key, asked)
      }
    }
    if (missing.length === 0) return answers
    const found = await ask(missing).catch((error: unknown) => {
      for (const place of missing) this.#settle(keys[place] ?? '', asked, undefined)
      throw error
    })
    for (let nth = 0; nth < missing.length; nth++) {
      const place = missing[nth] as number // within its length
      const answer = found[nth] as Answer // `ask` answers for every place
      answers[place] = answer
      this.#settle(keys[place] ?? '', asked, answer)
    }
    return answers
  }

  /**
   * Runs what changes the answers under these keys, and forgets them with its end, however it ends: until
   * then either answer is right. What is still being asked by then is not remembered.
   */
  async change(keys: readonly string[], run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } finally {
      for (const key of keys) this.#forget(key)
    }
  }

  #forget(key: string): void {
    this.#recent.delete(key)
    this.#before.delete(key)
  }

  #again(key: string): Answer | Asked | undefined {
    const known = this.#before.get(key)
    if (known === undefined || known instanceof Asked) return undefined
    this.#before.delete(key)
    this.#remember(key, known)
    return known
  }

  /** Only where the question still stands: a change, or a later question, took it away. */
  #settle(key: string, asked: Asked, answer: Answer | undefined): void {
    const stands = this.#recent.get(key) === asked || this.#before.get(key) === asked
    if (!stands) return
    this.#forget(key)
    if (answer !== undefined && this.#weightOf(answer) > 0) this.#remember(key, answer)
  }

  #remember(key: string, answer: Answer): void {
    this.#recent.set(key, answer)
    this.#recentWeight += this.#weightOf(answer)
    if (this.#recentWeight < this.#halfWeight) return
    this.#before = this.#recent
    this.#recent = new Map()
    this.#recentWeight = 0
  }
}
