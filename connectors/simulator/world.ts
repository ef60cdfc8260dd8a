import type { Exchange } from './exchange.ts'
import type { Mark, WebhookFault } from './fault-names.ts'
import type { Faults } from './faults.ts'
import type { Limits } from './limits.ts'
import type { Media } from './media.ts'
import type { Phone, Phones } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import type { ChannelName, Settings, SimulatorAccount } from './settings.ts'
import type { Timers } from './timers.ts'

/** What the four platforms share. */
export interface World {
  readonly settings: Settings
  readonly phones: Phones
  readonly faults: Faults
  readonly limits: Limits
  readonly media: Media
  readonly timers: Timers
  /** A new id, unlike any before: also after a restart with the same file. */
  uniqueId(): string
  /** The simulator's own address, for links to media. */
  origin(): string
}

export interface Receipt {
  readonly status: 'sent' | 'delivered' | 'read' | 'failed'
  readonly atMs: number
  readonly marks: ReadonlySet<WebhookFault>
  /** failed: the platform's code. */
  readonly code?: number
}

/** One of the four, as the rest of the simulator sees it. */
export interface Platform {
  readonly channel: ChannelName
  readonly accounts: readonly SimulatorAccount[]
  /** Tells the business what became of a message; nothing where the platform has no such receipt. */
  receipt(message: PhoneMessage, receipt: Receipt): void
  /** Tells the business what a person wrote. */
  inbound(message: PhoneMessage, phone: Phone, marks: ReadonlySet<Mark>): void
  /** An id for what a person writes, in the platform's form. */
  newMessageId(phone: Phone, account: string): string
  handle(exchange: Exchange): void | Promise<void>
  handshake(account: SimulatorAccount): Promise<boolean>
  readonly pending: number
  readonly stats: object
  close(): Promise<void>
}
