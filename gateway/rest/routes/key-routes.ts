import type { FastifyInstance } from 'fastify'
import type { KeyRequest } from '../../operations/keys.ts'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'

export function keyRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  app.post<{ Body: KeyRequest }>(
    '/v1/keys',
    {
      config: { access: 'keys:manage' },
      schema: {
        summary: 'Create an API key',
        operationId: 'createKey',
        tags: ['keys'],
        body: { $ref: 'KeyRequest#' },
        response: {
          201: { description: 'Created; the key is shown this once.', $ref: 'CreatedKey#' },
          ...problems(400, 401, 403, 413, 415, 429),
        },
      },
    },
    async (request, reply) => {
      const created = await operations.keys.create(request.body, request.caller)
      return reply.code(201).header('cache-control', 'no-store').send(created)
    },
  )

  app.get(
    '/v1/keys',
    {
      config: { access: 'keys:manage' },
      schema: {
        summary: 'List API keys, oldest first',
        operationId: 'listKeys',
        tags: ['keys'],
        response: {
          200: {
            description: 'All of them, the revoked too.',
            type: 'object',
            required: ['keys'],
            additionalProperties: false,
            properties: { keys: { type: 'array', items: { $ref: 'Key#' } } },
          },
          ...problems(401, 403),
        },
      },
    },
    (request, reply) => {
      reply.send({ keys: operations.keys.list(request.caller) })
    },
  )

  app.delete<{ Params: { keyId: string } }>(
    '/v1/keys/:keyId',
    {
      config: { access: 'keys:manage' },
      schema: {
        summary: 'Revoke an API key',
        description: 'For good. Every gateway sees it within five seconds.',
        operationId: 'revokeKey',
        tags: ['keys'],
        params: {
          type: 'object',
          properties: { keyId: { type: 'string', minLength: 1, maxLength: 64 } },
        },
        response: {
          200: { description: 'Revoked.', $ref: 'Key#' },
          ...problems(401, 403, 404),
        },
      },
    },
    (request) => operations.keys.revoke(request.params.keyId, request.caller),
  )
}
