import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'

const service = 'chat4all.v1.ConversationService'

export function conversationService(
  operations: Operations,
  { unary }: GrpcCalls,
): UntypedServiceImplementation {
  const { checks } = operations
  return {
    CreateConversation: unary(
      `${service}/CreateConversation`,
      'conversations:write',
      async ({ idempotencyKey, ...request }, { caller }) => {
        // proto3 does not tell an empty list from an absent one.
        const body = { participants: [], ...request }
        const key = typeof idempotencyKey === 'string' ? idempotencyKey : undefined
        return operations.createConversation(checks.conversation(body), caller, key)
      },
    ),

    ListConversations: unary(
      `${service}/ListConversations`,
      'conversations:read',
      async (request, { caller }) => operations.listConversations(checks.page(request), caller),
    ),

    ListMessages: unary(
      `${service}/ListMessages`,
      'messages:read',
      async ({ conversationId = '', ...page }, { caller }) =>
        operations.listMessages(String(conversationId), checks.page(page), caller),
    ),
  }
}
