import type { FastifyInstance } from 'fastify'
import type { MembersRequest } from '../../operations/members.ts'
import type { HttpParts } from '../http-server.ts'
import { positionQuerySchema, positionSchema } from '../schemas/page.ts'
import { problems } from '../schemas/problems.ts'
import { positionIn } from './position-in.ts'

interface InConversation {
  readonly conversationId: string
}

export function memberRoutes(app: FastifyInstance, { operations: { members } }: HttpParts): void {
  const id = { type: 'string', minLength: 1, maxLength: 512 } as const
  const params = { type: 'object', properties: { conversationId: id } } as const

  app.get<{ Params: InConversation; Querystring: { readonly position?: string } }>(
    '/v1/conversations/:conversationId',
    {
      config: { access: 'conversations:read' },
      schema: {
        summary: 'A conversation, and who is in it',
        operationId: 'getConversation',
        tags: ['conversations'],
        params,
        querystring: positionQuerySchema,
        headers: { type: 'object', properties: { 'x-c4a-position': positionSchema } },
        response: {
          200: { description: 'The conversation.', $ref: 'Conversation#' },
          ...problems(400, 401, 403, 404),
        },
      },
    },
    (request) => members.get(request.params.conversationId, positionIn(request), request.caller),
  )

  app.post<{ Params: InConversation; Body: MembersRequest }>(
    '/v1/conversations/:conversationId/members',
    {
      config: { access: 'conversations:write' },
      schema: {
        summary: 'Add people to a group',
        description:
          'They get what is accepted after the answer, and nothing from before. What they write to us is heard in the group, and goes to the others.',
        operationId: 'addMembers',
        tags: ['conversations'],
        params,
        body: { $ref: 'MembersRequest#' },
        response: {
          200: { description: 'Added.', $ref: 'ChangedConversation#' },
          ...problems(400, 401, 403, 404, 413, 415, 422, 429),
        },
      },
    },
    (request) => members.add(request.params.conversationId, request.body, request.caller),
  )

  app.delete<{ Params: InConversation & { participantId: string } }>(
    '/v1/conversations/:conversationId/members/:participantId',
    {
      config: { access: 'conversations:write' },
      schema: {
        summary: 'Remove a person from a group',
        description: 'They get nothing any more that is accepted after the answer.',
        operationId: 'removeMember',
        tags: ['conversations'],
        params: { type: 'object', properties: { conversationId: id, participantId: id } },
        response: {
          200: { description: 'Removed.', $ref: 'ChangedConversation#' },
          ...problems(401, 403, 404, 422, 429),
        },
      },
    },
    ({ params: { conversationId, participantId }, caller }) =>
      members.remove(conversationId, participantId, caller),
  )
}
