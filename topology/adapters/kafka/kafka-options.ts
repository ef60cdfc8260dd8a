import type { ConnectionOptions } from 'node:tls'
import type { CodecName } from './records/codecs.ts'

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are learnt from these. */
  readonly brokers: readonly string[]
  /** Stands in the brokers' logs and quotas. */
  readonly clientId: string
  readonly sasl?: KafkaSasl
  /** TLS: `true` trusts what Node trusts. */
  readonly tls?: true | Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername'>
  /** Copies of each partition of a topic that is created here; the default is 3. */
  readonly replication?: number
  /** Copies that an append must have reached; the default is 2. */
  readonly minInSync?: number
  /** Further settings of topics created here, such as `compression.type`. */
  readonly topicConfig?: Readonly<Record<string, string>>
  /** How record batches are compressed; the default is `none`. */
  readonly compression?: CodecName
  /** How long the first record of a batch waits for others, milliseconds; the default is 2. */
  readonly lingerMs?: number
  /** Bytes of appends under way, beyond which none is taken; the default is 256 MiB. */
  readonly maxPendingBytes?: number
  /** After so long an append is given up, milliseconds; the default is 15,000. */
  readonly appendTimeoutMs?: number
  /** A member that was not heard of for so long loses its partitions, milliseconds; the default is 8,000. */
  readonly sessionTimeoutMs?: number
  /** How often a member says that it is there, and learns that the group changes, milliseconds; the default is 1,000. */
  readonly heartbeatMs?: number
  /** How long a fetch waits at the broker for the next record, milliseconds; the default is 250. */
  readonly fetchWaitMs?: number
  /** Told of what nobody awaits. Silent by default. */
  readonly log?: KafkaLog
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

export type KafkaLog = (level: 'error' | 'warn' | 'info', what: string, details: unknown) => void

/** The options with their defaults. */
export type KafkaSettings = Required<Omit<KafkaOptions, 'sasl' | 'tls'>> &
  Pick<KafkaOptions, 'sasl' | 'tls'>

export function kafkaSettings(options: KafkaOptions): KafkaSettings {
  return {
    replication: 3,
    minInSync: 2,
    topicConfig: {},
    compression: 'none',
    lingerMs: 2,
    maxPendingBytes: 256 * 1024 * 1024,
    appendTimeoutMs: 15_000,
    sessionTimeoutMs: 8_000,
    heartbeatMs: 1_000,
    fetchWaitMs: 250,
    log() {},
    ...options,
  }
}
