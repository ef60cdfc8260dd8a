/**
 * Tells what happens now to whoever listens now, in all processes: presence, typing, that a conversation
 * has news. A hint and never the truth: what must not be missed stands in the log or in a table. Whoever
 * listens reads it there when `missed` is called, and from time to time, since a hint can get lost unnoticed.
 */
export interface FanOut {
  /**
   * Tells the bytes to all who listen to the key, this process's own listeners too. Returns at once and never
   * throws: what cannot be told now is dropped. The bytes may be used again by the caller.
   */
  publish(key: string, bytes: Uint8Array): void
  /**
   * Begins to listen. What one process publishes under one key comes in its order; a process may hear what it
   * published itself. Nothing is told any more once `leave` was called.
   */
  listen(key: string, listener: FanOutListener): Listening
  /** Tells nobody anything any more. */
  close(): void
}

export interface FanOutListener {
  /** Never called within `publish`. Must not throw, and must not keep the bytes. */
  told(bytes: Uint8Array): void
  /**
   * Something may have been published that was not told: read the truth again. Called when listening has
   * begun late or begins again, after which what is published is told.
   */
  missed(): void
}

export interface Listening {
  /**
   * Resolves when what is published from now on is told, and never rejects. Listen, wait, read the truth: then
   * nothing falls in between. Where the wait would be too long, go on without: `missed` is called.
   */
  readonly ready: Promise<void>
  leave(): void
}
