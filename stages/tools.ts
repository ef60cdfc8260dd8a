import type { Connector, Outbound, SendOutcome } from '../connectors/contract.ts'
import type { Content, MediaContent } from '../domain/content.ts'
import type { Ids } from '../domain/ids.ts'
import type { WebhookAnswer } from '../domain/webhooks/webhook-verdict.ts'
import type { Message } from '../schemas/types.ts'
import type { Directory } from '../storage/ports/directory.ts'
import type { History } from '../storage/ports/history.ts'
import type { Ledger } from '../storage/ports/ledger.ts'
import type { People } from '../storage/ports/people.ts'
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
  readonly people: People
  /**
   * Resolves when the directory's projection has applied everything that the directory topics held at
   * the time of the call. Asked only after a miss: what is found is never too old to be used.
   */
  readonly directoryCaughtUp: () => Promise<void>
  readonly history: History
  readonly ledger: Ledger
  readonly channels: Channels
  readonly inboundMedia: InboundMedia
  readonly rateLimits: RateLimits
  readonly webhooks: Webhooks
  readonly postWebhook: PostWebhook
}

/** Brings here what people send. */
export interface InboundMedia {
  /**
   * Fetches the medium of a message, once, and keeps it among its tenant's blobs. Aborts after `timeoutMs`. Rejects
   * with a retryable error where a store or a scanner of ours is away.
   */
  keep(
    message: Pick<Message, 'tenant' | 'channel' | 'account'>,
    medium: MediaContent,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<KeptMedium>
}

export type KeptMedium =
  /** With its bytes here; as it was where its channel fetches nothing. */
  | { readonly kind: 'kept'; readonly medium: MediaContent }
  | { readonly kind: 'retry'; readonly detail: string; readonly afterMs?: number }
  /** For good: a sentence for people. */
  | { readonly kind: 'unavailable'; readonly why: string }

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
