import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { HintFrame, PersonFrame } from '../operations/in-app.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import type { GrpcParts } from './grpc-server.ts'
import { toProto } from './proto-values.ts'
import { streamEnded } from './stream-ended.ts'
import type { Fields } from './wire/wire-call.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.InAppService'

/** The in-app channel for a server that speaks for its people; with a key, which could make a token for any of them. */
export function inAppService(
  {
    operations: { checks, inApp },
    people,
    itemJson,
  }: Pick<GrpcParts, 'operations' | 'people' | 'itemJson'>,
  { unary, serverStream }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  const act = 'in-app:act'
  const whom = ({ address, account, seconds }: Fields) =>
    checks.personToken({
      ...(address !== undefined && { address }),
      ...(account !== undefined && { account }),
      ...(seconds !== undefined && { seconds }),
    })

  return {
    CreatePersonToken: unary(`${service}/CreatePersonToken`, act, async (request, { caller }) =>
      toProto(inApp.createToken(whom(request), caller)),
    ),

    StreamItems: serverStream(`${service}/StreamItems`, act, async (request, call, { caller }) => {
      const { after = 'start' } = checks.stream({
        ...(request['after'] !== undefined && { after: request['after'] }),
      })
      const person = inApp.person(whom(request), caller)
      const stream = people.open('grpc', person, after, {
        begin(cursor) {
          call.sendHead()
          call.write({ cursor })
        },
        write: (item, cursor) => call.write({ item: toProto(itemJson(item)), cursor }),
        drained: () => call.drained(),
      })
      call.onCancel(stream.leave)
      const { why, error } = await stream.ended
      if (error !== undefined) throw error
      if (why !== 'left' && why !== 'expired') throw streamEnded(why)
    }),

    TakeFrames: unary(
      `${service}/TakeFrames`,
      act,
      async ({ frames, ...request }, { caller, traceparent }) => {
        const person = inApp.person(whom(request), caller)
        const all = Array.isArray(frames) ? frames : []
        if (all.length < 1 || all.length > mostFrames) throw tooMany(all.length)
        await inApp.take(person, all.map(inApp.frame).filter(isStored), traceparent)
        return {}
      },
    ),
  }
}

const mostFrames = 100
/** The proto has no others, and the check refuses what lacks its fields. */
const isStored = (frame: PersonFrame | HintFrame): frame is PersonFrame =>
  !('conversationId' in frame)

const tooMany = (count: number): Chat4AllError =>
  new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The frames are not valid',
    why: `there are ${count}`,
    todo: `Send 1 to ${mostFrames} at once`,
  })
