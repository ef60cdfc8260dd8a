import type { Settings } from '../contract/stage.ts'

/** pipeline.yaml after its check: every name resolved, every duration in milliseconds, every size in bytes. */
export interface Pipeline {
  readonly name: string
  /** 12 hex digits over the file as resolved (values of environment references left out). */
  readonly revision: string
  readonly topics: Readonly<Record<string, Topic>>
  readonly stages: Readonly<Record<string, Stage>>
  readonly channels: Readonly<Record<string, Channel>>
}

export interface Topic {
  readonly name: string
  /** Name of the Avro type of its values. */
  readonly value: string
  /** What the keys stand for; edges and co-partitioned topics must agree on it. */
  readonly key: string
  readonly partitions: number
  readonly retentionMs: number
  readonly cleanup: 'delete' | 'compact'
  readonly compat: string
  /** Who outside the stages writes it; absent where nobody does. */
  readonly source?: string
  /** Who outside the stages reads it. */
  readonly sink?: string
}

export interface Stage {
  readonly id: string
  /** Name of the stage type. */
  readonly use: string
  readonly settings: Settings
  /** Input port to the topics it reads. */
  readonly inputs: Readonly<Record<string, readonly Edge[]>>
  /** Output port to where it goes. */
  readonly outputs: Readonly<Record<string, Output>>
  /** Output ports that are dropped on purpose, with the reason: counted, and no fault of the stage. */
  readonly discards?: Readonly<Record<string, string>>
  readonly ordering: 'key' | 'partition' | 'none'
  /** Attempts running at once in one process. */
  readonly concurrency: number
  readonly window: { readonly records: number; readonly bytes: number; readonly perGroup: number }
  readonly retry: RetryPolicy
  readonly park: ParkPolicy | null
  /** Least time between two batches that are not full, milliseconds: after a batch of few records, and after a full one. */
  readonly lingerMs: { readonly min: number; readonly max: number }
  /** How long a stop may take, milliseconds. */
  readonly drainMs: number
  readonly scale: { readonly min: number; readonly max: number; readonly lagSeconds: number | null }
  /** The stage's former id: its group's offsets are taken over. */
  readonly renamedFrom: string | null
}

/** An inline edge is not read from its topic: the records come straight from the stage that writes it. */
export interface Edge {
  readonly topic: string
  readonly inline: boolean
}

export interface Output {
  readonly topic: string
  /** Null for an ordinary output; the longest way round for a declared loop. */
  readonly maxHops: number | null
}

export interface RetryPolicy {
  readonly minBackoffMs: number
  readonly maxBackoffMs: number
  /**
   * How long a lane is held in memory before `then`. Number.MAX_SAFE_INTEGER (for as long as it takes) for
   * lookups and batch effects unless the file says otherwise: an outage of a store must not empty topics
   * into the dead letters.
   */
  readonly holdMs: number
  readonly then: 'park' | 'dead-letter'
}

export interface ParkPolicy {
  readonly minBackoffMs: number
  readonly maxBackoffMs: number
  /** Since it was first held. */
  readonly maxAgeMs: number
  readonly then: 'dead-letter'
}

export interface Channel {
  readonly name: string
  /** The package (or file) that serves it; null for the hub's own connector of that name. */
  readonly connector: string | null
  /** `simulator` stands for the built-in one. */
  readonly baseUrl: string
  readonly apiVersion: string
  readonly limits: Readonly<Record<string, number>>
  readonly accounts: Readonly<Record<string, ChannelAccount>>
  readonly endpoints: Readonly<Record<string, ChannelEndpoint>>
}

export interface ChannelAccount {
  readonly id: string
  readonly tenant: string
  /** As the platform names it. */
  readonly externalId: string
  readonly secrets: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, string>>
}

export interface ChannelEndpoint {
  readonly id: string
  readonly tenant: string
  readonly secrets: readonly string[]
  readonly verifyToken: string | null
  readonly account: string | null
}

/** Names derived from ids only, never from positions: a reordered file keeps its groups. */
export const derivedNames = {
  group: (pipeline: string, stageId: string) => `${pipeline}.${stageId}`,
  park: (stageId: string) => `${stageId}.park`,
  /** Keys whose later records must queue behind the park; compacted, co-partitioned. */
  blocked: (stageId: string) => `${stageId}.blocked`,
  deadLetters: (stageId: string) => `${stageId}.dlq`,
  replayGroup: (pipeline: string, stageId: string, id: string) =>
    `${pipeline}.${stageId}.replay.${id}`,
} as const
