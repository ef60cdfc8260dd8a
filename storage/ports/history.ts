import type { Delivery, Message, Receipt, Rejection } from '../../schemas/types.ts'

/** The tables that answer "what became of it": a projection of the log, which can be rebuilt from it. */
export interface History {
  /**
   * Applies a batch in one transaction. Facts only grow and merging is idempotent, so a batch may
   * come again and in any order. Throws C4A_STORE_UNREACHABLE (retryable) when the database is away.
   */
  apply(batch: HistoryBatch): Promise<void>
  /**
   * Which deliveries a platform id or a watermark means; in the order asked, none where not known (yet).
   * A watermark leaves out deliveries that were read already: nothing could change about them.
   */
  resolve(refs: readonly ProviderRef[]): Promise<readonly (readonly DeliveryRef[])[]>

  /**
   * `shows` is for tables that are read as copies, which may be behind: what the record told is in the answer,
   * once the projection has passed it. Whether it has is the caller's to wait for.
   */
  message(tenant: string, messageId: string, shows?: LogRecord): Promise<MessageView | undefined>
  /** Newest first; `before` is the `cursor` of the last of the page before. */
  messages(
    tenant: string,
    conversationId: string,
    page: Page,
    shows?: LogRecord,
  ): Promise<readonly MessageSummary[]>
  /** When that person last wrote on that channel in the conversation: the 24 h window. Undefined where never. */
  lastInbound(tenant: string, conversationId: string, writer: Writer): Promise<number | undefined>

  /**
   * Minted when the tables were created. Another epoch than the one remembered means that they are
   * new or were rebuilt: the log must be applied again from its beginning.
   */
  epoch(): Promise<string>
  /** How far each partition is applied, by the `spans` of the batches. Empty after a rebuild. */
  appliedOffsets(): Promise<readonly AppliedOffset[]>
}

/** One of those in a conversation, as they are on one channel. */
export interface Writer {
  readonly participantId: string
  readonly channel: string
}

export interface HistoryBatch {
  readonly messages: readonly Message[]
  /**
   * How often `messages[i]` went round a declared loop (header c4a-hop); 0 where absent. A message that
   * was re-keyed stands twice in the log: the further round says which conversation it belongs to.
   */
  readonly hops?: readonly number[]
  readonly rejections: readonly Rejection[]
  readonly deliveries: readonly Delivery[]
  readonly receipts: readonly ResolvedReceipt[]
  /** Channels that report nothing by watermark: `resolve` need not find these receipts' deliveries by one. */
  readonly withoutWatermarks?: ReadonlySet<string>
  /** The words of some of the messages, for those who search. */
  readonly texts?: readonly MessageText[]
  /**
   * The records that the batch was made of. They are noted in the same transaction, and say whether any of them may have
   * been applied before: a batch of which none was is only added, one without spans is always merged with what is there.
   */
  readonly spans?: readonly Span[]
}

export interface MessageText {
  readonly message: Message
  readonly text: string
  /** Whose rules make words of it; see `SearchQuery`. */
  readonly language: string
}

/** A batch's records of one partition: some of those from `from` on, and none from `to` on. Each partition once. */
export interface Span {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to: number
}

/** Where a record stands in the log. */
export interface LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** `offset` is the next one to apply: everything before it is in the tables. */
export interface AppliedOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** A receipt whose delivery is known. */
export interface ResolvedReceipt {
  readonly receipt: Receipt
  readonly delivery: DeliveryRef
}

export interface DeliveryRef {
  readonly deliveryId: string
  readonly messageId: string
  readonly conversationId: string
  readonly participantId: string
  readonly channel: string
  readonly part: number
}

export interface ProviderRef {
  readonly tenant: string
  readonly channel: string
  readonly account: string
  /**
   * Our own id, where the platform echoed it: wins over the others where it is known, and finds the delivery even when
   * its sending got no readable answer, so that no platform id was ever recorded.
   */
  readonly deliveryId?: string | null
  /**
   * Beside `deliveryId`: the message's id, as the platform echoed it. Without it `deliveryId` need only be known where the
   * message's id is longer than an echo may be (`longestEchoedId`).
   */
  readonly messageId?: string | null
  readonly providerMessageId: string | null
  /**
   * With `watermarkMs`: whose deliveries. With `providerMessageId`: needed where the platform's ids
   * are unique within a chat only (Telegram); null means any participant.
   */
  readonly participantId: string | null
  /**
   * Means every delivery sent to the participant up to this instant (the time of its sent fact: the
   * platform's, or that of our call where it gave none). Milliseconds since 1970 UTC.
   */
  readonly watermarkMs: number | null
}

/** A `before` that is no cursor of ours: throws C4A_BAD_REQUEST. */
export interface Page {
  readonly limit: number
  readonly before?: string
}

export interface MessageView {
  readonly message: Message
  /** accepted, scheduled, queued, unknown, sent, delivered, read, failed, expired, cancelled, rejected; inbound: received. */
  readonly status: string
  readonly reason: string | null
  readonly detail: string | null
  /** How many deliveries stand at each status. */
  readonly counts: Readonly<Record<string, number>>
  readonly deliveries: readonly DeliveryView[]
  /** Facts about the message itself, oldest first. */
  readonly history: readonly FactView[]
}

export interface DeliveryView {
  readonly deliveryId: string
  readonly participantId: string
  readonly channel: string
  readonly account: string
  readonly address: string
  readonly part: number
  readonly status: string
  readonly reason: string | null
  readonly detail: string | null
  readonly providerMessageId: string | null
  readonly attempts: number
  readonly possibleDuplicate: boolean
  readonly history: readonly FactView[]
}

export interface FactView {
  readonly kind: string
  readonly reason: string | null
  readonly detail: string | null
  readonly attempt: number
  readonly providerAt: number | null
  readonly observedAt: number
}

export interface MessageSummary {
  readonly message: Message
  readonly status: string
  readonly reason: string | null
  readonly cursor: string
}
