import type { Ids } from '../../domain/ids.ts'
import type { StageTools } from '../../stages/tools.ts'
import type { BlobStore } from '../../storage/ports/blobs.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import type { FanOut } from '../../storage/ports/fan-out.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Inbox } from '../../storage/ports/inbox.ts'
import type { People } from '../../storage/ports/people.ts'
import type { RateLimits } from '../../storage/ports/rate-limits.ts'
import type { Uploads } from '../../storage/ports/uploads.ts'
import type { AvroCodec } from '../../topology/codec/avro-codec.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { TimerStore } from '../../topology/ports/timers.ts'

/** What a profile puts behind the ports; everything else is the same in every process of every profile. */
export interface Servers {
  readonly broker: Broker
  readonly codec: AvroCodec
  readonly registryUrl: string
  readonly ids: Ids
  readonly blobs: BlobStore
  /** For a gateway: where they grow is opened when it is asked for. */
  uploads(): Promise<Uploads>
  readonly timers: TimerStore
  /** As gateways read them. */
  readonly history: History
  readonly directory: Directory
  readonly inbox: Inbox
  readonly people: People
  readonly rateLimits: RateLimits
  readonly fanOut: FanOut
  /** As stages use them. */
  readonly forStages: Pick<StageTools, 'seen' | 'ledger' | 'history' | 'directory' | 'people'>
  /** The first admin key; `fresh` when it was made just now. Null where there is none. */
  readonly bootstrapKey: { readonly value: string; readonly fresh: boolean } | null
  /** How the tables are, in a word, for GET /ready. */
  tablesState(): string
}
