import { personKey } from '../../domain/keys.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { GatewayLimits } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { itemLog } from './item-log.ts'
import { type ItemSink, runItemStream } from './item-stream.ts'
import { ItemTail } from './item-tail.ts'
import type { Person } from './person.ts'
import { Turns } from './turns.ts'

/** Why a person's stream ended. `expired`: the token's time is over. */
export type PersonStreamEnd = 'left' | 'stalled' | 'shutdown' | 'expired' | 'failed'

export interface PersonStream {
  /** The reader has gone. */
  leave(): void
  /** The place that it has reached; undefined before it began. */
  cursor(): string | undefined
  /** Resolves, never rejects, when nothing more is written; `error` is set for `failed`. */
  readonly ended: Promise<{ readonly why: PersonStreamEnd; readonly error?: unknown }>
}

/** The streams of all people at this process, over sockets and gRPC. */
export interface PersonStreams {
  /** Throws C4A_UNAVAILABLE when as many are open as may be. */
  open(transport: 'socket' | 'grpc', person: Person, after: string, sink: ItemSink): PersonStream
  /** Ends all; resolves when nothing is written any more. */
  close(): Promise<void>
}

type Tools = Pick<GatewayTools, 'broker' | 'codec' | 'clock' | 'log' | 'inApp'>

interface Running {
  readonly expiresAtMs: number
  readonly abort: AbortController
  readonly ended: PersonStream['ended']
  why: PersonStreamEnd
}

/** One look over all of them costs less than a timer for each. */
const lookEveryMs = 1_000
/** Parts of the log in memory at once while people catch up: 64 of at most 200 records. */
const catchingUp = 64

export function personStreams(
  tools: Tools,
  metrics: GatewayMetrics,
  limits: Pick<GatewayLimits, 'people' | 'stalledStreamMs'>,
): PersonStreams {
  const { clock, log } = tools
  const items = itemLog(tools)
  const tail = new ItemTail({ items, clock, log })
  const shared = {
    items,
    tail,
    turns: new Turns(catchingUp),
    clock,
    stalledMs: limits.stalledStreamMs,
  }
  const running = new Set<Running>()
  let cancelLook = () => {}
  let closed = false

  const stop = (stream: Running, why: PersonStreamEnd) => {
    if (stream.abort.signal.aborted) return
    stream.why = why
    stream.abort.abort()
  }

  function look(): void {
    const now = clock.now()
    for (const stream of running) if (stream.expiresAtMs <= now) stop(stream, 'expired')
    cancelLook = running.size > 0 ? clock.after(lookEveryMs, look) : () => {}
  }

  return {
    open(transport, { tenant, participantId, expiresAtS }, after, sink) {
      if (closed || running.size >= limits.people) throw noRoom(limits.people)
      const abort = new AbortController()
      let reached: (() => string) | undefined
      const start = {
        key: personKey(tenant, participantId),
        after,
        reached: (cursor: () => string) => {
          reached = cursor
        },
      }
      metrics.personCame(transport)
      const ended = runItemStream(shared, start, sink, abort.signal)
        .then(
          (end) => ({ why: end === 'stalled' ? end : stream.why }),
          (error: unknown) => ({ why: 'failed' as const, error }),
        )
        .then((end) => {
          running.delete(stream)
          metrics.personLeft(transport, end.why)
          return end
        })
      const stream: Running = { expiresAtMs: expiresAtS * 1_000, abort, ended, why: 'left' }
      running.add(stream)
      if (running.size === 1) cancelLook = clock.after(lookEveryMs, look)
      return { ended, leave: () => stop(stream, 'left'), cursor: () => reached?.() }
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

function noRoom(people: number): Chat4AllError {
  return new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'Nobody else can be connected here',
    why: `${people} people are, or the hub is stopping`,
    todo: 'Try again in a moment, from your cursor: nothing is missed',
  })
}
