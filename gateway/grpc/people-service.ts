import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import { toProto } from './proto-values.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.PeopleService'

export function peopleService(
  { checks, people }: Operations,
  { unary }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  type Run = Parameters<GrpcCalls['unary']>[2]
  const read = (name: string, run: Run) => unary(`${service}/${name}`, 'people:read', run)
  const write = (name: string, run: Run) => unary(`${service}/${name}`, 'people:write', run)

  return {
    CreatePerson: write('CreatePerson', async ({ idempotencyKey, ...request }, { caller }) => {
      // proto3 does not tell an empty list from an absent one.
      const body = checks.person({ identities: [], ...request })
      const key = typeof idempotencyKey === 'string' ? idempotencyKey : undefined
      return toProto(await people.create(body, caller, key))
    }),

    ListPeople: read('ListPeople', async (request, { caller }) =>
      toProto(await people.list(checks.page(request), caller)),
    ),

    GetPerson: read('GetPerson', async ({ personId, position }, { caller }) => {
      const { position: after } = checks.position({ position })
      return toProto(await people.get(textOf(personId), after, caller))
    }),

    LinkIdentity: write('LinkIdentity', async ({ personId, identity = {} }, { caller }) =>
      toProto(await people.link(textOf(personId), checks.identity(identity), caller)),
    ),

    UnlinkIdentity: write('UnlinkIdentity', async ({ personId, participantId }, { caller }) =>
      toProto(await people.unlink(textOf(personId), textOf(participantId), caller)),
    ),

    SuggestIdentities: read('SuggestIdentities', async ({ personId }, { caller }) =>
      toProto(await people.suggestions(textOf(personId), caller)),
    ),
  }
}

/** An id that was not sent is one that nobody has. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
