import type pino from 'pino'
import type { Registry } from 'prom-client'
import type { Capabilities, WebhookContract, WebhookEndpoint } from '../connectors/contract.ts'
import type { Content } from '../domain/content.ts'
import type { Ids } from '../domain/ids.ts'
import type { BlobStore } from '../storage/ports/blobs.ts'
import type { Directory } from '../storage/ports/directory.ts'
import type { FanOut } from '../storage/ports/fan-out.ts'
import type { History } from '../storage/ports/history.ts'
import type { Inbox } from '../storage/ports/inbox.ts'
import type { Ledger } from '../storage/ports/ledger.ts'
import type { People } from '../storage/ports/people.ts'
import type { RateLimits } from '../storage/ports/rate-limits.ts'
import type { Uploads } from '../storage/ports/uploads.ts'
import type { VirusScanner } from '../storage/ports/virus-scanner.ts'
import type { Webhooks } from '../storage/ports/webhooks.ts'
import type { Position } from '../topology/contract/record.ts'
import type { Broker } from '../topology/ports/broker.ts'
import type { Clock } from '../topology/ports/clock.ts'
import type { Codec } from '../topology/ports/codec.ts'

/** What the composition root gives to the gateway. The accept path uses broker, codec, content, ids and rateLimits, which wait for nobody but the log. */
export interface GatewayTools {
  readonly broker: Broker
  readonly codec: Codec
  readonly content: ContentCodec
  readonly ids: Ids
  readonly clock: Clock
  readonly history: History
  /** Asked only where a message is to be taken back. */
  readonly ledger: Pick<Ledger, 'cancel'>
  readonly directory: Directory
  readonly inbox: Inbox
  readonly people: People
  /** Whose language the words of messages are kept in; null where they are not. */
  readonly searchLanguage: string | null
  readonly blobs: BlobStore
  readonly uploads: Uploads
  /** Null where files are not looked through for viruses. */
  readonly virusScanner: VirusScanner | null
  readonly rateLimits: RateLimits
  /** Who is there and who types, for the sockets of people. */
  readonly fanOut: FanOut
  /**
   * True as soon as the tables show everything of the position's partition up to and including it;
   * false when that takes longer than `timeoutMs`. The position is one of `topics.submitted` or
   * of the directory's topics.
   */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>
  readonly topics: GatewayTopics
  /** Of the pipeline that the gateway feeds: header `c4a-rev` of what it appends. */
  readonly revision: string
  readonly deadLetters: DeadLetterTopics
  readonly webhooks: GatewayWebhooks
  readonly inApp: GatewayInApp
  /** By channel name. */
  readonly channels: ReadonlyMap<string, GatewayChannel>
  /** Asked by GET /ready; `checks` name each thing and say in a word how it is. */
  ready(): Readiness
  readonly log: pino.Logger
  readonly metrics: Registry
}

export interface GatewayTopics {
  readonly submitted: string
  readonly rejected: string
  readonly receipts: string
  readonly events: string
  readonly keys: string
  readonly conversations: string
  readonly reads: string
  readonly members: string
  readonly aliases: string
  readonly people: string
  readonly identities: string
  /** By channel name: where the items of its webhooks go. */
  readonly inbound: Readonly<Record<string, string>>
}

/** Clients' endpoints. */
export interface GatewayWebhooks {
  readonly directory: Webhooks
  /** Why a client's endpoint may not be called: a sentence; undefined where it may. */
  urlFault(url: string): string | undefined
  /** The log's partitioner: where the records of a key stand. */
  partitionOf(key: string, partitions: number): number
  readonly topics: {
    readonly endpoints: string
    readonly calls: string
    readonly attempts: string
  }
}

/** What is for people on the in-app channel. */
export interface GatewayInApp {
  readonly topic: string
  /** The log's partitioner: where the records of a key stand. */
  partitionOf(key: string, partitions: number): number
}

/** Where the stages' dead letters are, and how to read them. */
export interface DeadLetterTopics {
  /** By stage id. */
  readonly topics: ReadonlyMap<string, string>
  /** The Avro type of a topic's values; undefined for a topic that the pipeline does not name. */
  typeOf(topic: string): Parameters<Codec['decode']>[0] | undefined
}

/** Content bytes of the envelope to and from the canonical shape. */
export interface ContentCodec {
  /** What stands for its bytes in a message that is about to be encoded. */
  nested(content: Content): unknown
  /** Throws C4A_RECORD_UNDECODABLE. */
  decode(kind: string, bytes: Uint8Array): Content
}

/** A channel as the gateway sees it. */
export interface GatewayChannel {
  readonly capabilities: Capabilities
  readonly accounts: readonly GatewayAccount[]
  readonly endpoints: readonly GatewayEndpoint[]
  readonly webhook: WebhookContract
  /**
   * The one way this channel writes an address, on which conversation ids rest; undefined for text
   * that is none. Without it addresses are taken as they come.
   */
  readonly canonicalAddress?: (address: string) => string | undefined
}

export interface GatewayAccount {
  readonly id: string
  readonly tenant: string
  /** As the platform names it in its webhooks. */
  readonly externalId: string
}

export interface GatewayEndpoint extends WebhookEndpoint {
  /** Owner of items whose account is not ours. */
  readonly tenant: string
}

export interface Readiness {
  readonly ok: boolean
  readonly checks: Readonly<Record<string, string>>
}
