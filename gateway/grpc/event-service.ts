import { Chat4AllError, type ErrorCode } from '../../topology/contract/errors.ts'
import type { StreamSink } from '../events/event-stream.ts'
import type { EventStreams, StreamEnd } from '../events/event-streams.ts'
import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import { toProto } from './proto-values.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.EventService'

export function eventService(
  operations: Operations,
  streams: EventStreams,
  { unary, serverStream }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  const { checks } = operations
  return {
    ListEvents: unary(`${service}/ListEvents`, 'events:read', async (request, { caller }) =>
      toProto(await operations.listEvents(checks.events(request), caller)),
    ),

    StreamEvents: serverStream(
      `${service}/StreamEvents`,
      'events:read',
      async (request, call, { caller }) => {
        const { after = 'now' } = checks.stream(request)
        const sink: StreamSink = {
          // The head tells the client that its place is good, before there is anything to say.
          begin: () => call.sendHead(),
          write: (event, cursor) => call.write({ event: toProto(event), cursor }),
          heartbeat: (cursor) => call.write({ cursor }),
          drained: () => call.drained(),
        }
        const stream = streams.open('grpc', caller, after, sink)
        call.onCancel(stream.leave)
        const { why, error } = await stream.ended
        if (error !== undefined) throw error
        if (why !== 'left') throw ended(why)
      },
    ),
  }
}

const sentences: Readonly<Record<Exclude<StreamEnd, 'left'>, readonly [ErrorCode, string]>> = {
  shutdown: ['C4A_UNAVAILABLE', 'the hub is stopping'],
  stalled: ['C4A_TOO_MANY_REQUESTS', 'its reader took nothing for too long'],
  revoked: ['C4A_UNAUTHENTICATED', 'its key was revoked'],
  failed: ['C4A_UNAVAILABLE', 'the events cannot be read now'],
}

function ended(end: Exclude<StreamEnd, 'left'>): Chat4AllError {
  const [code, why] = sentences[end]
  const todo = 'Open it again from the last cursor: nothing is missed'
  return new Chat4AllError(code, { what: 'The stream has ended', why, todo })
}
