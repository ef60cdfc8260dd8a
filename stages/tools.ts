import type { Connector, Outbound, SendOutcome } from '../connectors/contract.ts'
import type { Content } from '../domain/content.ts'
import type { Ids } from '../domain/ids.ts'
import type { WebhookAnswer } from '../domain/webhooks/webhook-verdict.ts'
import type { Directory } from '../storage/ports/directory.ts'
import type { History } from '../storage/ports/history.ts'
import type { Ledger } from '../storage/ports/ledger.ts'
import type { RateLimits } from '../storage/ports/rate-limits.ts'
import type { SeenWindow } from '../storage/ports/seen.ts'
import type { Webhooks } from '../storage/ports/webhooks.ts'
import type { PaceRates } from './pace.ts'

/** What the composition root gives to stages; each stage asks for the part it needs. */
export interface StageTools {
  readonly ids: Ids
  readonly content: ContentCodec
  readonly seen: SeenWindow
  readonly directory: Directory
  /**
   * Resolves when the directory's projection has applied everything that the directory topics held at
   * the time of the call. Asked only after a miss: what is found is never too old to be used.
   */
  readonly directoryCaughtUp: () => Promise<void>
  readonly history: History
  readonly ledger: Ledger
  readonly channels: Channels
  readonly rateLimits: RateLimits
  readonly webhooks: Webhooks
  readonly postWebhook: PostWebhook
}

/** Posts once, and follows nothing. Never rejects: what went wrong is an answer, fit to be shown to the endpoint's owner. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
  timeoutMs: number,
) => Promise<WebhookAnswer>

/** Content bytes of the envelope to and from the canonical shape. */
export interface ContentCodec {
  encode(content: Content): Uint8Array
  /** Throws C4A_RECORD_UNDECODABLE. */
  decode(kind: string, bytes: Uint8Array): Content
}

/** The channels this pipeline serves, seen from a stage. */
export interface Channels {
  capabilities(channel: string): Connector['capabilities'] | undefined
  pace(channel: string): ChannelPace
  hasAccount(channel: string, tenant: string, account: string): boolean
  /**
   * Sends once through the channel's connector; never throws. Aborts the attempt after `timeoutMs`,
   * because the ledger counts on it to be over by then.
   */
  send(
    channel: string,
    account: string,
    outbound: Outbound,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<SendOutcome>
  parse: (
    channel: string,
    ...args: Parameters<Connector['parse']>
  ) => ReturnType<Connector['parse']>
  /** Our account id for the id the platform uses; undefined when it is not ours. */
  accountOf(channel: string, externalId: string): OwnAccount | undefined
}

/** How fast a channel may be written to, as the file says. */
export interface ChannelPace {
  readonly rates: PaceRates
  /** Whether the address is that of a group chat. */
  isGroup(address: string): boolean
}

/** An account of this hub's, and whose it is. */
export interface OwnAccount {
  readonly id: string
  readonly tenant: string
}
