import type { FastifyInstance } from 'fastify'
import type { DeadLetterQuery } from '../../operations/dead-letters.ts'
import type { HttpParts } from '../http-server.ts'
import { deadLetterQuerySchema } from '../schemas/dead-letter.ts'
import { problems } from '../schemas/problems.ts'

export function deadLetterRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  app.get(
    '/v1/dead-letters',
    {
      config: { access: 'dead-letters:read' },
      schema: {
        summary: 'What no attempt could help, by stage',
        operationId: 'listDeadLetters',
        tags: ['operation'],
        response: {
          200: {
            description: 'Every stage, those with none too.',
            type: 'object',
            required: ['stages'],
            additionalProperties: false,
            properties: { stages: { type: 'array', items: { $ref: 'DeadLetterStage#' } } },
          },
          ...problems(401, 403),
        },
      },
    },
    async (request) => ({ stages: await operations.deadLetters.list(request.caller) }),
  )

  app.get<{ Params: { stage: string }; Querystring: DeadLetterQuery }>(
    '/v1/dead-letters/:stage',
    {
      config: { access: 'dead-letters:read' },
      schema: {
        summary: "A stage's dead letters, with their original bytes and why",
        description: 'In order of partition and offset. Looking changes nothing.',
        operationId: 'showDeadLetters',
        tags: ['operation'],
        params: {
          type: 'object',
          properties: { stage: { type: 'string', minLength: 1, maxLength: 128 } },
        },
        querystring: deadLetterQuerySchema,
        response: {
          200: { description: 'A part of them.', $ref: 'DeadLetterPage#' },
          ...problems(400, 401, 403, 404),
        },
      },
    },
    (request) => operations.deadLetters.show(request.params.stage, request.query, request.caller),
  )
}
