import type { FastifyInstance } from 'fastify'
import type { SearchRequest } from '../../operations/search-messages.ts'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { searchQuerySchema } from '../schemas/search.ts'

export function searchRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  app.get<{ Querystring: SearchRequest }>(
    // The doubled colon is find-my-way's way of writing one.
    '/v1/messages::search',
    {
      config: { access: 'messages:read' },
      schema: {
        summary: 'Search messages, newest first',
        description:
          'By their words, where the pipeline keeps them (`search` of status-update); 422 where it does not.',
        operationId: 'searchMessages',
        tags: ['messages'],
        querystring: searchQuerySchema,
        response: {
          200: { description: 'A page.', $ref: 'MessagePage#' },
          ...problems(400, 401, 403, 422),
        },
      },
    },
    (request) => operations.searchMessages(request.query, request.caller),
  )
}
