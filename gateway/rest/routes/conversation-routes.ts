import type { FastifyInstance } from 'fastify'
import type { ConversationRequest } from '../../operations/create-conversation.ts'
import type { ReadRequest } from '../../operations/mark-read.ts'
import type { HttpParts } from '../http-server.ts'
import { conversationQuerySchema, pageSchema, positionSchema } from '../schemas/page.ts'
import { problems } from '../schemas/problems.ts'
import { positionIn } from './position-in.ts'

interface PageQuery {
  readonly limit: number
  readonly before?: string
  readonly position?: string
}

interface ConversationQuery extends PageQuery {
  readonly order: 'creation' | 'activity'
}

export function conversationRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  const headers = { type: 'object', properties: { 'x-c4a-position': positionSchema } } as const

  app.post<{ Body: ConversationRequest }>(
    '/v1/conversations',
    {
      config: { access: 'conversations:write' },
      schema: {
        summary: 'Create a conversation',
        description:
          'With one participant: the direct one, which every message to that person joins. With an Idempotency-Key a repeated request makes one group.',
        operationId: 'createConversation',
        tags: ['conversations'],
        headers: {
          type: 'object',
          properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 128 } },
        },
        body: { $ref: 'ConversationRequest#' },
        response: {
          201: { description: 'Created.', $ref: 'CreatedConversation#' },
          ...problems(400, 401, 403, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'] as string | undefined
      const created = await operations.createConversation(request.body, request.caller, key)
      return reply.code(201).send(created)
    },
  )

  app.get<{ Querystring: ConversationQuery }>(
    '/v1/conversations',
    {
      config: { access: 'conversations:read' },
      schema: {
        summary: 'List conversations, newest first: by creation, or by what was said last',
        operationId: 'listConversations',
        tags: ['conversations'],
        querystring: conversationQuerySchema,
        headers,
        response: {
          200: { description: 'A page.', $ref: 'ConversationPage#' },
          ...problems(400, 401, 403),
        },
      },
    },
    (request) => {
      const { limit, before, order } = request.query
      const page = { limit, before, order, position: positionIn(request) }
      return operations.listConversations(page, request.caller)
    },
  )

  app.post<{ Params: { conversationId: string }; Body: ReadRequest }>(
    '/v1/conversations/:conversationId/read',
    {
      config: { access: 'conversations:write' },
      schema: {
        summary: 'Mark a conversation as read',
        description:
          'By the client, up to a message that it has seen. Nobody else is told but on the feed (`conversation.read`).',
        operationId: 'markRead',
        tags: ['conversations'],
        params: conversationParams,
        body: { $ref: 'ReadRequest#' },
        response: {
          200: { description: 'Read.', $ref: 'ReadAnswer#' },
          ...problems(400, 401, 403, 404, 413, 415, 429),
        },
      },
    },
    (request) => operations.markRead(request.params.conversationId, request.body, request.caller),
  )

  app.get<{ Params: { conversationId: string }; Querystring: PageQuery }>(
    '/v1/conversations/:conversationId/messages',
    {
      config: { access: 'messages:read' },
      schema: {
        summary: "List a conversation's messages, newest first",
        operationId: 'listMessages',
        tags: ['conversations'],
        params: conversationParams,
        querystring: pageSchema,
        headers,
        response: {
          200: { description: 'A page.', $ref: 'MessagePage#' },
          ...problems(400, 401, 403, 404),
        },
      },
    },
    (request) => {
      const { limit, before } = request.query
      const page = { limit, before, position: positionIn(request) }
      return operations.listMessages(request.params.conversationId, page, request.caller)
    },
  )
}

const conversationParams = {
  type: 'object',
  properties: { conversationId: { type: 'string', minLength: 1, maxLength: 512 } },
} as const
