import type { StreamSink } from '../events/event-stream.ts'
import type { EventStreams } from '../events/event-streams.ts'
import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import { toProto } from './proto-values.ts'
import { streamEnded } from './stream-ended.ts'
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
        if (why !== 'left') throw streamEnded(why)
      },
    ),
  }
}
