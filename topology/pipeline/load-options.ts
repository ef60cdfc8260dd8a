import type { Environment } from './environment.ts'

export interface LoadOptions {
  /**
   * `values`: environment references are resolved, and one without a value is a fault (start, plan).
   * `placeholders` (default): defaults are taken and the rest stays as written, so that checking needs no values.
   */
  readonly resolve?: 'values' | 'placeholders'
  /** Only read with `resolve: 'values'`. */
  readonly environment?: Environment
  /**
   * Whose defaults hold (`profiles` in the file); embedded unless said. With `cluster`, a simulator's address
   * is a fault unless `allowSimulator`.
   */
  readonly profile?: 'embedded' | 'cluster'
  readonly allowSimulator?: boolean
  /** Why no connector can serve the channel, in a sentence without its full stop; nothing is looked at without it. */
  readonly connectorFault?: (channel: string, connector: string | null) => string | undefined
}
