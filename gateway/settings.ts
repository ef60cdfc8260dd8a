import type { Rate } from '../storage/ports/rate-limits.ts'
import { mediaTypes } from './media/media-types.ts'

/** How the gateway listens and what it allows. Sizes in bytes, times in milliseconds. */
export interface GatewaySettings {
  /** 127.0.0.1 unless told otherwise. */
  readonly host: string
  /** 0 takes any free port. */
  readonly httpPort: number
  readonly grpcPort: number
  /** Opens everything to whoever holds it, as tenant `tenant`; null when there is none. */
  readonly bootstrapKey: string | null
  /** The tenant of the bootstrap key. */
  readonly tenant: string
  /** Serves /docs and /openapi.json without a key; on a loopback listener they are open anyway. */
  readonly openDocs: boolean
  readonly limits: GatewayLimits
  readonly media: MediaSettings
}

export interface MediaSettings {
  /** Types of files that are taken; a name may end in `*`. */
  readonly types: readonly string[]
  /** How long an upload may be, in bytes. */
  readonly uploadBytes: number
  /** An upload that is older is removed, ended or not. */
  readonly uploadExpireMs: number
  /** How the hub is reached from outside, without a slash at the end; null where nobody said. */
  readonly publicUrl: string | null
}

export interface GatewayLimits {
  /** Messages that one key may send, over all gateways; null: as many as it likes. */
  readonly sendRate: Rate | null
  readonly sendBytes: number
  readonly batchBytes: number
  readonly webhookBytes: number
  /** Of POST /v1/blobs, which holds them in memory. */
  readonly blobBytes: number
  /** Uploads that are written to at once; each needs some megabytes. */
  readonly uploads: number
  /** Requests being answered at once; more are turned away with 503. */
  readonly requests: number
  /** Sum of the announced bodies of these requests. */
  readonly requestBytes: number
  readonly streams: number
  /** Sockets and calls of people on the in-app channel. */
  readonly people: number
  /** Messages and marks that one person may send, over all gateways. */
  readonly personRate: Rate
  /** A socket that does not answer a ping within this time is cut. */
  readonly pingMs: number
  /** A live stream whose reader takes nothing for so long is closed. */
  readonly stalledStreamMs: number
  readonly heartbeatMs: number
  /** How long a GET with a position waits for the tables. */
  readonly positionWaitMs: number
  /** How long open requests get when the gateway closes. */
  readonly drainMs: number
}

const MiB = 1024 * 1024

export const defaultGatewaySettings: GatewaySettings = {
  host: '127.0.0.1',
  httpPort: 8080,
  grpcPort: 50051,
  bootstrapKey: null,
  tenant: 'default',
  openDocs: false,
  limits: {
    sendRate: null,
    sendBytes: MiB,
    batchBytes: 8 * MiB,
    // Meta sends up to 3 MB in one webhook.
    webhookBytes: 4 * MiB,
    // WhatsApp's largest document is 100 MB; attachments of that size belong behind a link.
    blobBytes: 16 * MiB,
    uploads: 16,
    requests: 4_000,
    requestBytes: 256 * MiB,
    streams: 1_000,
    people: 50_000,
    personRate: { perSecond: 20, burst: 200 },
    pingMs: 30_000,
    stalledStreamMs: 30_000,
    heartbeatMs: 15_000,
    positionWaitMs: 2_000,
    drainMs: 10_000,
  },
  media: {
    types: mediaTypes,
    uploadBytes: 2 * 1024 * MiB,
    uploadExpireMs: 24 * 3_600_000,
    publicUrl: null,
  },
}
