/** A bucket: it fills by so many tokens a second, up to its burst. Both above 0. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** Budgets that processes share: messages of an API key, calls to a platform's account. */
export interface RateLimits {
  /**
   * Takes tokens from the key's bucket. Answers 0 when taken; else nothing was taken, and it is the time in
   * milliseconds after which to ask again. A request for more than the burst needs a full bucket, which then has
   * to fill for longer. The rate may be another one each time: the newest counts.
   *
   * At once, because it asks nobody: what processes share is settled behind its back. Over any length of
   * time they take no more than the rate; for a moment they may be ahead of it, by a burst in all and one request each.
   */
  take(key: string, tokens: number, rate: Rate): number
  /** Gives back what was not used. */
  close(): Promise<void>
}
