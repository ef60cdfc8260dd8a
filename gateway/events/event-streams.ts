import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { KeyRing } from '../auth/key-ring.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { type OpenStream, OpenStreams } from '../open-streams.ts'
import type { GatewayLimits } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import type { EventFeed } from './event-feed.ts'
import type { EventLog } from './event-log.ts'
import { runEventStream, type StreamSink } from './event-stream.ts'
import { EventTail } from './event-tail.ts'

/** All live streams of this process, over SSE and gRPC. */
export interface EventStreams {
  /** Throws C4A_UNAVAILABLE when as many are open as may be. */
  open(
    transport: 'sse' | 'grpc',
    caller: Caller,
    after: string,
    sink: StreamSink,
  ): OpenStream<'revoked'>
  /** Ends all; resolves when nothing is written any more. */
  close(): Promise<void>
}

interface Parts {
  readonly tools: Pick<GatewayTools, 'clock' | 'log'>
  readonly events: EventLog
  readonly feed: EventFeed
  readonly ring: Pick<KeyRing, 'get'>
  readonly metrics: GatewayMetrics
  readonly limits: GatewayLimits
}

// A revoked key must be seen within five seconds, on streams that are open, too.
const lookEveryMs = 2_000

export function eventStreams({ tools, events, feed, ring, metrics, limits }: Parts): EventStreams {
  const { clock, log } = tools
  const tail = new EventTail({ events, clock, log })
  const settings = { stalledMs: limits.stalledStreamMs, heartbeatMs: limits.heartbeatMs }
  const streams = new OpenStreams({
    clock,
    most: limits.streams,
    lookEveryMs,
    overdue({ keyId }: Caller) {
      const isRevoked = keyId !== 'bootstrap' && ring.get(keyId)?.revokedAt !== null
      return isRevoked ? 'revoked' : undefined
    },
  })

  return {
    open(transport, caller, after, sink) {
      if (!streams.hasRoom) throw noRoom(limits.streams)
      metrics.streamOpened(transport)
      const from = { tenant: caller.tenant, after }
      return streams.open(
        caller,
        (signal) => runEventStream({ feed, tail, clock, ...settings }, from, sink, signal),
        (why) => metrics.streamClosed(transport, why),
      )
    },

    async close() {
      tail.close()
      await streams.close()
    },
  }
}

function noRoom(streams: number): Chat4AllError {
  return new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'No further live stream can be opened here',
    why: `${streams} are open, or the hub is stopping`,
    todo: 'Try again in a moment, or ask GET /v1/events from your cursor: it misses nothing either',
  })
}
