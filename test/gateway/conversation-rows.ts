import type { ApiAnswer } from './api-client.ts'
import type { GrpcClient } from './grpc-client.ts'
import type { OpenGateway } from './open-gateway.ts'

interface Row {
  readonly name: string
  /** Fields of the answer that are another's each time. */
  readonly minted?: readonly string[]
  readonly rest: (open: OpenGateway, ids: Ids) => Promise<ApiAnswer>
  readonly grpc: (client: GrpcClient, ids: Ids) => Promise<unknown>
}

interface Ids {
  readonly conversationId: string
}

const to = { channel: 'telegram', address: '4711' }

const get = (path: string, method: string, request: object) => ({
  rest: ({ api }: OpenGateway) => api.call(path),
  grpc: (client: GrpcClient) => client.call('ConversationService', method, request),
})

/** Operations on conversations as REST and gRPC ask for them, each with the mistakes that one can make. */
export const conversationRows: readonly Row[] = [
  {
    name: 'create a conversation',
    rest: ({ api }) =>
      api.call('/v1/conversations', {
        body: { title: 'T', participants: [{ ...to, displayName: 'A' }] },
      }),
    grpc: (client) =>
      client.call('ConversationService', 'CreateConversation', {
        title: 'T',
        participants: [{ ...to, displayName: 'A' }],
      }),
  },
  {
    name: 'create a conversation with nobody',
    rest: ({ api }) => api.call('/v1/conversations', { body: { participants: [] } }),
    grpc: (client) =>
      client.call('ConversationService', 'CreateConversation', { participants: [] }),
  },
  {
    name: 'show a conversation',
    rest: ({ api }, { conversationId }) => api.call(`/v1/conversations/${conversationId}`),
    grpc: (client, { conversationId }) =>
      client.call('ConversationService', 'GetConversation', { conversationId }),
  },
  {
    name: 'show an unknown conversation',
    ...get('/v1/conversations/none', 'GetConversation', { conversationId: 'none' }),
  },
  {
    name: 'add somebody to a direct conversation',
    rest: ({ api }, { conversationId }) =>
      api.call(`/v1/conversations/${conversationId}/members`, { body: { participants: [to] } }),
    grpc: (client, { conversationId }) =>
      client.call('ConversationService', 'AddMembers', { conversationId, participants: [to] }),
  },
  {
    name: 'remove somebody from an unknown conversation',
    rest: ({ api }) => api.call('/v1/conversations/none/members/p', { method: 'DELETE' }),
    grpc: (client) =>
      client.call('ConversationService', 'RemoveMember', {
        conversationId: 'none',
        participantId: 'p',
      }),
  },
  {
    name: 'list conversations',
    ...get('/v1/conversations?limit=1', 'ListConversations', { limit: 1 }),
  },
  {
    name: 'list conversations by activity',
    ...get('/v1/conversations?order=activity', 'ListConversations', {
      order: 'activity',
    }),
  },
  {
    name: 'list conversations in an unknown order',
    ...get('/v1/conversations?order=x', 'ListConversations', { order: 'x' }),
  },
  {
    name: 'mark a conversation as read',
    rest: ({ api }, { conversationId }) =>
      api.call(`/v1/conversations/${conversationId}/read`, { body: {} }),
    grpc: (client, { conversationId }) =>
      client.call('ConversationService', 'MarkRead', { conversationId }),
  },
  {
    name: 'mark an unknown conversation as read',
    rest: ({ api }) => api.call('/v1/conversations/none/read', { body: { messageId: 'x' } }),
    grpc: (client) =>
      client.call('ConversationService', 'MarkRead', { conversationId: 'none', messageId: 'x' }),
  },
  {
    name: 'search messages',
    ...get('/v1/messages:search?q=hello&limit=1', 'SearchMessages', {
      q: 'hello',
      limit: 1,
    }),
  },
  {
    name: 'search for nothing',
    ...get('/v1/messages:search', 'SearchMessages', {}),
  },
  {
    name: 'list too many conversations',
    ...get('/v1/conversations?limit=201', 'ListConversations', {
      limit: 201,
    }),
  },
  {
    name: "list a conversation's messages",
    rest: ({ api }, { conversationId }) => api.call(`/v1/conversations/${conversationId}/messages`),
    grpc: (client, { conversationId }) =>
      client.call('ConversationService', 'ListMessages', { conversationId }),
  },
  {
    name: "list an unknown conversation's messages",
    ...get('/v1/conversations/none/messages', 'ListMessages', {
      conversationId: 'none',
    }),
  },
]
