import type { FastifyInstance } from 'fastify'
import type { PersonTokenRequest } from '../../operations/in-app.ts'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'

export function inAppRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  app.post<{ Body: PersonTokenRequest }>(
    '/v1/in-app/tokens',
    {
      config: { access: 'in-app:act' },
      schema: {
        summary: 'Create a token for a person on the in-app channel',
        description:
          'With it the person opens GET /v1/in-app/socket, a WebSocket: see docs/in-app.md. Make one when the person has logged in to your own server.',
        operationId: 'createPersonToken',
        tags: ['in-app'],
        body: { $ref: 'PersonTokenRequest#' },
        response: {
          201: { description: 'Created.', $ref: 'PersonToken#' },
          ...problems(400, 401, 403, 413, 415, 422),
        },
      },
    },
    (request, reply) => {
      const created = operations.inApp.createToken(request.body, request.caller)
      reply.code(201).header('cache-control', 'no-store').send(created)
    },
  )
}
