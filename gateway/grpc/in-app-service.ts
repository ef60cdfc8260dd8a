import { Chat4AllError } from '../../topology/contract/errors.ts'
import { isHint } from '../in-app/is-hint.ts'
import type { HintFrame, PersonFrame } from '../operations/in-app.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import type { GrpcParts } from './grpc-server.ts'
import { toProto } from './proto-values.ts'
import { streamItems } from './stream-items.ts'
import type { Fields } from './wire/wire-call.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.InAppService'

/** The in-app channel for a server that speaks for its people; with a key, which could make a token for any of them. */
export function inAppService(
  parts: GrpcParts,
  { unary, serverStream }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  const { checks, inApp } = parts.operations
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
      const watch = Array.isArray(request['watch']) ? request['watch'] : []
      await streamItems(parts, call, inApp.person(whom(request), caller), { after, watch })
    }),

    TakeFrames: unary(
      `${service}/TakeFrames`,
      act,
      async ({ frames, ...request }, { caller, traceparent }) => {
        const person = inApp.person(whom(request), caller)
        const all = Array.isArray(frames) ? frames : []
        if (all.length < 1 || all.length > mostFrames) throw tooMany(all.length)
        await inApp.take(person, all.map(inApp.frame).map(mustBeStored), traceparent)
        return {}
      },
    ),

    ShowTyping: unary(
      `${service}/ShowTyping`,
      act,
      async ({ conversationId, ...request }, { caller }) => {
        const person = inApp.person(whom(request), caller)
        await parts.hints.mustBeIn(person, String(conversationId ?? ''))
        parts.hints.publish(person, String(conversationId ?? ''), 'typing')
        return {}
      },
    ),
  }
}

const mostFrames = 100

function mustBeStored(frame: PersonFrame | HintFrame): PersonFrame {
  if (!isHint(frame)) return frame
  throw new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The frames are not valid',
    why: `'${frame.type}' is for those who are there now`,
    todo: "Send 'send', 'delivered' and 'read' here; say that somebody types with ShowTyping, and watch with StreamItems",
  })
}

const tooMany = (count: number): Chat4AllError =>
  new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The frames are not valid',
    why: `there are ${count}`,
    todo: `Send 1 to ${mostFrames} at once`,
  })
