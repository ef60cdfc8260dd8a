import { describe } from 'node:test'
import type { Account, ChannelReason, ConnectorFactory } from '../../connectors/contract.ts'
import { guarded } from '../../connectors/guarded.ts'
import type { Script } from '../connectors/scripted-platform.ts'
import { connectorSendCases } from './connector-send.ts'
import { connectorWebhookCases } from './connector-webhook.ts'

/** What a channel tells the suite about itself; everything else is the same for all. */
export interface ConnectorSubject {
  readonly channel: string
  /** The account's `token`, which must never be seen outside the request. */
  readonly account: Omit<Account, 'baseUrl'>
  readonly address: string
  /** An answer by which the platform takes a message, and the id that we must read in it. */
  readonly taken: { readonly script: Script; readonly providerMessageId: string }
  /** An answer by which the platform takes an upload; null where the bytes go with the message, or there are none. */
  readonly uploaded: Script | null
  readonly throttled: { readonly hinted: Script; readonly hintMs: number; readonly bare: Script }
  /** A refusal of any kind whose text holds `words`. */
  refusal(words: string): Script
  /** A readable error with a 5xx. */
  readonly serverError: Script
  /** One row for each code of the channel's error table. */
  readonly errors: readonly {
    readonly name: string
    readonly script: Script
    readonly kind: 'retry' | 'refused' | 'unknown'
    readonly reason?: ChannelReason
  }[]
  /** Headers that prove a webhook body under a secret. */
  sign(body: Uint8Array, secret: string): Readonly<Record<string, string>>
  /** The same for a proof that is cut short. */
  signShort(body: Uint8Array, secret: string): Readonly<Record<string, string>>
  /** Whether the proof depends on the body (a MAC) or not (a shared secret). */
  readonly proofCoversBody: boolean
  /** The hub-side account of the endpoint, where the platform's bodies name none. */
  readonly endpointAccount: string | null
}

export interface SuiteSubject extends ConnectorSubject {
  readonly create: ConnectorFactory
  /** The folder of webhooks and what they must become; ends with a slash. */
  readonly fixtures: URL
}

/** Every promise of the connectors' contract, held against one channel through real HTTP. */
export function connectorSuite(subject: SuiteSubject): void {
  // As the hub runs it.
  const held = { ...subject, create: guarded(subject.create) }
  describe(`connector conformance: ${subject.channel}`, () => {
    connectorSendCases(held)
    connectorWebhookCases(held)
  })
}
