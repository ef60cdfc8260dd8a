import type { Capabilities } from '../domain/capabilities.ts'
import type { Content, MediaContent, MediaKind } from '../domain/content.ts'
import type { ChannelReason } from '../domain/reasons.ts'
import type { TextEntity } from '../domain/text-entity.ts'

export type { Capabilities, ChannelReason, Content, MediaContent, MediaKind, TextEntity }

/** A channel plugin: the whole of what the hub knows about a channel. It never loops, sleeps or retries: the engine does. */
export interface Connector {
  readonly channel: string
  readonly capabilities: Capabilities
  /** Sends one channel message, once. Never throws: what went wrong is an outcome. */
  send(outbound: Outbound, account: Account, signal: AbortSignal): Promise<SendOutcome>
  /**
   * Fetches a medium that a person sent, as `parse` named it, once. Never throws. Absent where the channel brings none; what
   * such a channel's parser names all the same is kept as it is.
   */
  fetchMedium?(medium: MediaContent, account: Account, signal: AbortSignal): Promise<FetchOutcome>
  readonly webhook: WebhookContract
  /**
   * The one spelling of an address that conversation ids rest on: what a person's webhook names and what a
   * client writes must give the same. Undefined for text that is no address on this channel.
   */
  canonicalAddress(address: string): string | undefined
  /** Whether the address is that of a group chat; absent where the channel has none. */
  isGroupAddress?(address: string): boolean
  /** Reads one item as `webhook.split` cut it. Throws nothing: what it cannot read is `unsupported`. */
  parse(item: Uint8Array, context: Uint8Array, receivedAtMs: number): readonly Inbound[]
}

/** A hub-side account on a channel: a phone number id, a page, a bot. */
export interface Account {
  readonly id: string
  /** As the platform names it: the phone number id, page id or Instagram account id that stands in its URLs. */
  readonly externalId: string
  /** By name (`token` in all four channels); values are secrets and never reach an outcome, a log or a record. */
  readonly secrets: Readonly<Record<string, string>>
  /** E.g. https://graph.facebook.com; no trailing slash. */
  readonly baseUrl: string
  /** Graph API version such as v23.0; unused by Telegram. */
  readonly apiVersion: string
  /** Connector-specific, e.g. `flavour: instagram-login`. */
  readonly options: Readonly<Record<string, string>>
}

/** One channel message to send: already split, already degraded to what the channel shows. */
export interface Outbound {
  readonly address: string
  readonly content: Content
  /** Platform id of the message it answers, reacts to, changes or takes back. */
  readonly replyTo?: string
  /** A person answers, and not a program: some platforms take that for longer. Only true where the client may say so. */
  readonly humanAgent?: boolean
  /**
   * Given back by platforms that echo it (WhatsApp callback data, Messenger metadata). At most 100 characters: which delivery
   * and attempt, and the message's id, where it is short.
   */
  readonly echo: string
  /** Where it comes from, for the one channel whose other end is the hub itself; platforms are told nothing of it. */
  readonly origin?: Origin
}

/** What the hub knows of a channel message, and a platform does not. */
export interface Origin {
  readonly tenant: string
  readonly deliveryId: string
  readonly conversationId: string
  readonly messageId: string
  /** Participant id of the person who wrote it; null for what a client sent. */
  readonly senderId: string | null
  /** Their name, where one is known and the channel shows it itself (`showsWriter`). */
  readonly senderName: string | null
  readonly part: number
  readonly parts: number
  /** Milliseconds since 1970 UTC. */
  readonly acceptedAt: number
}

/** Expected endings are values. Anything doubtful after bytes left is `unknown`: it is never retried blindly. */
export type SendOutcome =
  | {
      readonly kind: 'sent'
      readonly providerMessageId: string
      /** The address as the platform writes it, where it differs: an alias. */
      readonly canonicalAddress?: string
    }
  /** Certainly not accepted by the platform, so sending again is safe. */
  | {
      readonly kind: 'retry'
      readonly reason: ChannelReason
      readonly detail: string
      readonly afterMs?: number
    }
  /** The request may have been accepted: no readable answer came. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** Certainly not accepted, and the same request would be refused again. */
  | {
      readonly kind: 'refused'
      readonly reason: ChannelReason
      readonly detail: string
      /** recipient-moved: where to. */
      readonly movedTo?: string
    }

/** What came of fetching a medium. */
export type FetchOutcome =
  | {
      readonly kind: 'fetched'
      readonly bytes: Uint8Array
      /** As the platform calls it; the bytes say what it is. */
      readonly mimeType?: string
    }
  /** It may come when it is asked for again. */
  | { readonly kind: 'retry'; readonly detail: string; readonly afterMs?: number }
  /** It will not come: a sentence for people, without any secret or link. */
  | { readonly kind: 'gone'; readonly detail: string }

/** Made once for each tenant with accounts on the channel, whose files the tools hand out, and once for what is no account's. */
export type ConnectorFactory = (tools: ConnectorTools) => Connector

export interface ConnectorTools {
  /** One HTTP exchange over a pooled client. Rejects with HttpFailure; never with a message that holds a secret. */
  http(request: HttpRequest): Promise<HttpAnswer>
  /** Bytes of a blob, for channels that need an upload; undefined when there is no such blob. */
  blob(
    blobId: string,
  ): Promise<
    { readonly bytes: Uint8Array; readonly mimeType: string; readonly filename: string } | undefined
  >
  /**
   * A link under which the platform can fetch a blob that is too large to be held here; undefined for others, and where
   * the hub has no address outside.
   */
  link?(blobId: string): Promise<string | undefined>
  /**
   * Puts it where this hub's gateways read what is for the person; resolves with the channel's id of it when it is on stable storage.
   * Absent where there is no hub around. A rejection does not say that it is not there.
   */
  hand?(outbound: Outbound, account: Pick<Account, 'id'>): Promise<string>
  /** Figures that the configuration overrides, by capability name. */
  readonly limits: Readonly<Record<string, number>>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** A longer answer is cut off; of a megabyte where nothing is said, since no platform answers a send with more. */
  readonly maxAnswerBytes?: number
}

export interface HttpAnswer {
  readonly status: number
  /** Lowercase names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Why no answer came. `sent: false` means that the request certainly never reached the platform. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly sent: boolean
  constructor(message: string, sent: boolean, options?: ErrorOptions) {
    super(message, options)
    this.sent = sent
  }
}

/** One endpoint serves many accounts (a Meta app posts them together), with several secrets for rotation. */
export interface WebhookEndpoint {
  readonly id: string
  /** App secrets (Meta) or secret tokens (Telegram); any one of them may be in use. */
  readonly secrets: readonly string[]
  /** Meta's hub.verify_token. */
  readonly verifyToken: string | null
  /** Telegram: the endpoint serves one account, since its body names none. Meta: null. */
  readonly account: string | null
}

export interface WebhookRequest {
  readonly method: 'GET' | 'POST'
  readonly query: Readonly<Record<string, string>>
  /** Lowercase names. */
  readonly headers: Readonly<Record<string, string>>
  /** The raw body, before any parsing. */
  readonly body: Uint8Array
}

export interface WebhookContract {
  /** True when the raw bytes are from the platform. Compares in constant time. */
  verify(request: WebhookRequest, endpoint: WebhookEndpoint): boolean
  /** Answers a GET handshake; null when it is none or is not ours (the gateway answers 403). */
  handshake(request: WebhookRequest, endpoint: WebhookEndpoint): string | null
  /** Cuts a verified body into items in its order. A body that cannot be cut is one item with a null account. */
  split(body: Uint8Array, endpoint: WebhookEndpoint): readonly WebhookItem[]
  /**
   * What the 200 says to a verified body, as JSON, where the platform takes an answer in it; undefined: nothing. It is given
   * when all of the body is stored, and may get lost.
   */
  answer?(body: Uint8Array): object | undefined
}

export interface WebhookItem {
  /** The account the item is for: `externalId` on Meta, the endpoint's own `account` on Telegram; null when it names none. */
  readonly account: string | null
  /** What its order depends on: the chat or the sender; hashed before it becomes a key. */
  readonly chat: string
  /** The item's own JSON bytes. */
  readonly item: Uint8Array
  /** JSON bytes around it that `parse` needs (metadata, contacts). */
  readonly context: Uint8Array
}

/** What an inbound item means. */
export type Inbound =
  | {
      readonly kind: 'message'
      /** As `WebhookItem.account` names it. */
      readonly account: string
      /** The person's address, canonical form. */
      readonly address: string
      readonly displayName?: string
      readonly providerMessageId: string
      readonly content: Content
      /** Platform id of the message it answers. */
      readonly replyTo?: string
      readonly sentAtMs: number
      /** Another address of the same person, where the platform tells one with this one. */
      readonly otherAddress?: string
      /** Groups: the chat's address, where it is not the person's. */
      readonly chat?: string
      /** The conversation of ours that the person named to be heard in; whether they are in it is not known yet. */
      readonly conversationId?: string
    }
  | {
      readonly kind: 'receipt'
      readonly account: string
      readonly address: string | null
      readonly status: 'sent' | 'delivered' | 'read' | 'played' | 'failed'
      readonly providerMessageId: string | null
      /** Everything sent to the address up to this instant (Messenger), milliseconds since 1970 UTC. */
      readonly watermarkMs: number | null
      /** What we gave as `Outbound.echo`, where the platform returns it. */
      readonly echo: string | null
      readonly reason: ChannelReason | null
      readonly detail: string | null
      readonly atMs: number
    }
  /** A chat has another address from now on, and is the same chat. */
  | { readonly kind: 'moved'; readonly account: string; readonly from: string; readonly to: string }
  /** Understood, and nothing to do: an echo of our own that carries no news, a subscription notice. */
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'unsupported'; readonly account: string | null; readonly why: string }
