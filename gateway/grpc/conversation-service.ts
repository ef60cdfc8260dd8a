import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import { toProto } from './proto-values.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.ConversationService'

export function conversationService(
  operations: Operations,
  { unary }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  const { checks } = operations
  return {
    CreateConversation: unary(
      `${service}/CreateConversation`,
      'conversations:write',
      async ({ idempotencyKey, ...request }, { caller }) => {
        // proto3 does not tell an empty list from an absent one.
        const body = { participants: [], ...request }
        const key = typeof idempotencyKey === 'string' ? idempotencyKey : undefined
        return toProto(await operations.createConversation(checks.conversation(body), caller, key))
      },
    ),

    ListConversations: unary(
      `${service}/ListConversations`,
      'conversations:read',
      async (request, { caller }) =>
        toProto(await operations.listConversations(checks.conversations(request), caller)),
    ),

    GetConversation: unary(
      `${service}/GetConversation`,
      'conversations:read',
      async ({ conversationId = '', position }, { caller }) => {
        const { position: after } = checks.position({ position })
        return toProto(await operations.members.get(String(conversationId), after, caller))
      },
    ),

    AddMembers: unary(
      `${service}/AddMembers`,
      'conversations:write',
      async ({ conversationId = '', ...request }, { caller }) => {
        const body = checks.members({ participants: [], ...request })
        return toProto(await operations.members.add(String(conversationId), body, caller))
      },
    ),

    RemoveMember: unary(
      `${service}/RemoveMember`,
      'conversations:write',
      async ({ conversationId = '', participantId = '' }, { caller }) =>
        toProto(
          await operations.members.remove(String(conversationId), String(participantId), caller),
        ),
    ),

    MarkRead: unary(
      `${service}/MarkRead`,
      'conversations:write',
      async ({ conversationId = '', ...request }, { caller }) =>
        toProto(await operations.markRead(String(conversationId), checks.read(request), caller)),
    ),

    SearchMessages: unary(
      `${service}/SearchMessages`,
      'messages:read',
      async (request, { caller }) =>
        toProto(await operations.searchMessages(checks.search(request), caller)),
    ),

    ListMessages: unary(
      `${service}/ListMessages`,
      'messages:read',
      async ({ conversationId = '', ...page }, { caller }) =>
        toProto(await operations.listMessages(String(conversationId), checks.page(page), caller)),
    ),
  }
}
