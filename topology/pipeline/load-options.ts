import type { Environment } from './environment.ts'
import type { Channel, Stage } from './model.ts'

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
  /** What is to be warned of about one value of a list among a stage's settings; nothing is looked at without it. */
  readonly settingWarning?: (
    stage: Stage,
    option: string,
    value: string,
    channels: Readonly<Record<string, Channel>>,
  ) => SettingWarning | undefined
}

export interface SettingWarning {
  /** A sentence without its full stop. */
  readonly message: string
  readonly fix: string
}
