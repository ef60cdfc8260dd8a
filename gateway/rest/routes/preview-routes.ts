import type { FastifyInstance } from 'fastify'
import type { SendRequest } from '../../operations/send-request.ts'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { takeBody } from '../take-body.ts'

export function previewRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  app.post<{ Body: SendRequest }>(
    // A colon that begins no parameter is written twice.
    '/v1/messages::preview',
    {
      config: { access: 'messages:send' },
      schema: {
        summary: 'See what each person would see of a message, and why',
        description:
          'Takes what POST /v1/messages takes, and sends nothing. Windows, limits and faults of the platforms are not known beforehand: it tells how the content would be shown.',
        operationId: 'previewMessage',
        tags: ['messages'],
        body: { $ref: 'SendRequest#' },
        response: {
          200: { description: 'What each would see.', $ref: 'Preview#' },
          ...problems(400, 401, 403, 404, 413, 415, 422),
        },
      },
    },
    (request) => operations.preview(takeBody(request), request.caller),
  )
}
