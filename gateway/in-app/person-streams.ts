import { personKey } from '../../domain/keys.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { type OpenStream, OpenStreams, type StreamEnd } from '../open-streams.ts'
import type { GatewayLimits } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { itemLog } from './item-log.ts'
import { type ItemSink, runItemStream } from './item-stream.ts'
import { ItemTail } from './item-tail.ts'
import type { Person } from './person.ts'
import { Turns } from './turns.ts'

/** `expired`: the token's time is over. */
export type PersonStreamEnd = StreamEnd<'expired'>

export interface PersonStream extends OpenStream<'expired'> {
  /** The place that it has reached; undefined before it began. */
  cursor(): string | undefined
}

/** The streams of all people at this process, over sockets and gRPC. */
export interface PersonStreams {
  /** Throws C4A_UNAVAILABLE when as many are open as may be. */
  open(transport: 'socket' | 'grpc', person: Person, after: string, sink: ItemSink): PersonStream
  /** Ends all; resolves when nothing is written any more. */
  close(): Promise<void>
}

type Tools = Pick<GatewayTools, 'broker' | 'codec' | 'clock' | 'log' | 'inApp'>

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
  const streams = new OpenStreams({
    clock,
    most: limits.people,
    lookEveryMs: 1_000,
    overdue: ({ expiresAtS }: Person) =>
      expiresAtS * 1_000 <= clock.now() ? 'expired' : undefined,
  })

  return {
    open(transport, person, after, sink) {
      if (!streams.hasRoom) throw noRoom(limits.people)
      metrics.personCame(transport)
      let reached: (() => string) | undefined
      const start = {
        key: personKey(person.tenant, person.participantId),
        after,
        reached: (cursor: () => string) => {
          reached = cursor
        },
      }
      const { ended, leave } = streams.open(
        person,
        (signal) => runItemStream(shared, start, sink, signal),
        (why) => metrics.personLeft(transport, why),
      )
      return { ended, leave, cursor: () => reached?.() }
    },

    async close() {
      tail.close()
      await streams.close()
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
