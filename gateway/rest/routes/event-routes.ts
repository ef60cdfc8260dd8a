import type { FastifyInstance } from 'fastify'
import type { EventQuery } from '../../operations/list-events.ts'
import type { HttpParts } from '../http-server.ts'
import { eventQuerySchema, streamQuerySchema } from '../schemas/event.ts'
import { problems } from '../schemas/problems.ts'
import { serveSse } from '../serve-sse.ts'

export function eventRoutes(app: FastifyInstance, { operations, streams }: HttpParts): void {
  app.get<{ Querystring: EventQuery }>(
    '/v1/events',
    {
      config: { access: 'events:read' },
      schema: {
        summary: 'What happened, from a cursor on',
        description:
          'Without gaps: each event from the cursor on comes, in order within its conversation. Keep `cursor` of each answer and give it as `after`. A cursor older than the retention answers 410.',
        operationId: 'listEvents',
        tags: ['events'],
        querystring: eventQuerySchema,
        response: {
          200: { description: 'A part of the feed.', $ref: 'EventPage#' },
          ...problems(400, 401, 403, 410),
        },
      },
    },
    (request) => operations.listEvents(request.query, request.caller),
  )

  app.get<{ Querystring: { after?: string } }>(
    '/v1/stream',
    {
      config: { access: 'events:read' },
      schema: {
        summary: 'What happens, live',
        description:
          'Server-sent events: each `id` is a cursor, each `data` an event as in GET /v1/events. Resumes by Last-Event-ID and misses nothing. Ends with an event `closed` that says why.',
        operationId: 'streamEvents',
        tags: ['events'],
        querystring: streamQuerySchema,
        headers: {
          type: 'object',
          properties: { 'last-event-id': { type: 'string', maxLength: 4096 } },
        },
        response: {
          200: {
            description: 'Server-sent events.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...problems(400, 401, 403, 410),
        },
      },
    },
    (request, reply) => {
      // What the browser remembers is newer than what stands in the address that it opens again.
      const last = request.headers['last-event-id']
      const from = typeof last === 'string' && last !== '' ? last : (request.query.after ?? 'now')
      return serveSse(streams, request.caller, from, reply)
    },
  )
}
