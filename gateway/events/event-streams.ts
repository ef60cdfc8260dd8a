import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { KeyRing } from '../auth/key-ring.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { GatewayLimits } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import type { EventFeed } from './event-feed.ts'
import type { EventLog } from './event-log.ts'
import { runEventStream, type StreamSink } from './event-stream.ts'
import { EventTail } from './event-tail.ts'

/** Why a stream ended. */
export type StreamEnd = 'left' | 'stalled' | 'shutdown' | 'revoked' | 'failed'

export interface OpenStream {
  /** The reader has gone. */
  leave(): void
  /** Resolves, never rejects, when nothing more is written; `error` is set for `failed`. */
  readonly ended: Promise<{ readonly why: StreamEnd; readonly error?: unknown }>
}

/** All live streams of this process, over SSE and gRPC. */
export interface EventStreams {
  /** Throws C4A_UNAVAILABLE when as many are open as may be. */
  open(transport: 'sse' | 'grpc', caller: Caller, after: string, sink: StreamSink): OpenStream
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

interface Running {
  readonly caller: Caller
  readonly abort: AbortController
  readonly ended: OpenStream['ended']
  why: StreamEnd
}

// A revoked key must be seen within five seconds, on streams that are open, too.
const lookEveryMs = 2_000

export function eventStreams({ tools, events, feed, ring, metrics, limits }: Parts): EventStreams {
  const { clock, log } = tools
  const tail = new EventTail({ events, clock, log })
  const running = new Set<Running>()
  let cancelLook = () => {}
  let closed = false

  const stop = (stream: Running, why: StreamEnd) => {
    if (stream.abort.signal.aborted) return
    stream.why = why
    stream.abort.abort()
  }

  function look(): void {
    for (const stream of running) {
      const { keyId } = stream.caller
      if (keyId !== 'bootstrap' && ring.get(keyId)?.revokedAt !== null) stop(stream, 'revoked')
    }
    cancelLook = running.size > 0 ? clock.after(lookEveryMs, look) : () => {}
  }

  return {
    open(transport, caller, after, sink) {
      if (closed || running.size >= limits.streams) throw noRoom(limits.streams)
      const abort = new AbortController()
      const settings = { stalledMs: limits.stalledStreamMs, heartbeatMs: limits.heartbeatMs }
      const from = { tenant: caller.tenant, after }
      metrics.streamOpened(transport)
      const ended = runEventStream({ feed, tail, clock, ...settings }, from, sink, abort.signal)
        .then(
          (end) => ({ why: end === 'stalled' ? end : stream.why }),
          (error: unknown) => ({ why: 'failed' as const, error }),
        )
        .then((end) => {
          running.delete(stream)
          metrics.streamClosed(transport, end.why)
          return end
        })
      const stream: Running = { caller, abort, ended, why: 'left' }
      running.add(stream)
      if (running.size === 1) cancelLook = clock.after(lookEveryMs, look)
      return { ended, leave: () => stop(stream, 'left') }
    },

    async close() {
      closed = true
      cancelLook()
      tail.close()
      const all = [...running]
      for (const stream of all) stop(stream, 'shutdown')
      await Promise.all(all.map(({ ended }) => ended))
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
