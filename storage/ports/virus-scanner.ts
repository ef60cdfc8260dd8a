import type { Readable } from 'node:stream'

/** Looks for what harms whoever opens a file. */
export interface VirusScanner {
  /**
   * Reads the bytes to their end, or until it has seen enough. Throws C4A_UNAVAILABLE when the scanner does not
   * answer, and C4A_TOO_LARGE when it takes no files of that length: what was not looked at is not clean.
   */
  scan(bytes: Readable): Promise<Verdict>
}

export type Verdict =
  | { readonly kind: 'clean' }
  /** `name` is what the scanner calls it. */
  | { readonly kind: 'infected'; readonly name: string }
