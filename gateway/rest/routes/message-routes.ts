import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { SendResult } from '../../operations/send.ts'
import type { SendRequest } from '../../operations/send-request.ts'
import { acceptedText } from '../accepted-text.ts'
import type { HttpParts } from '../http-server.ts'
import { problemOf } from '../problem.ts'
import { traceOfRequest } from '../request-trace.ts'
import { positionQuerySchema, positionSchema } from '../schemas/page.ts'
import { problems } from '../schemas/problems.ts'
import { messageIdPattern } from '../schemas/send-request.ts'
import { takeBody } from '../take-body.ts'
import { positionIn } from './position-in.ts'

export function messageRoutes(app: FastifyInstance, { operations, metrics }: HttpParts): void {
  app.post<{ Body: SendRequest }>(
    '/v1/messages',
    {
      config: { access: 'messages:send' },
      schema: {
        summary: 'Send a message',
        description:
          'Answers 202 when the message is on stable storage. After a 503 or no answer, repeat with the same messageId: it is delivered once. An id that was used for another content ends as a submission.rejected event.',
        operationId: 'sendMessage',
        tags: ['messages'],
        headers: {
          type: 'object',
          properties: {
            'idempotency-key': {
              type: 'string',
              minLength: 1,
              maxLength: 130,
              description: 'Serves as messageId.',
            },
          },
        },
        body: { $ref: 'SendRequest#' },
        response: {
          202: { description: 'Accepted.', $ref: 'SendAnswer#' },
          ...problems(400, 401, 403, 413, 415, 422, 429),
        },
      },
    },
    (request, reply) => {
      const startedAt = performance.now()
      const body = withIdempotencyKey(takeBody(request), request.headers['idempotency-key'])
      const traceparent = traceOfRequest(request.raw)
      operations.send(body, request.caller, traceparent).then(
        (result) => {
          metrics.accept.observe((performance.now() - startedAt) / 1_000)
          answer(result, request, reply)
        },
        (error: Error) => reply.send(error),
      )
    },
  )

  app.get<{ Params: { messageId: string }; Querystring: { position?: string } }>(
    '/v1/messages/:messageId',
    {
      config: { access: 'messages:read' },
      schema: {
        summary: 'What became of a message',
        operationId: 'getMessage',
        tags: ['messages'],
        params: {
          type: 'object',
          properties: { messageId: { type: 'string', minLength: 1, maxLength: 512 } },
        },
        querystring: positionQuerySchema,
        headers: { type: 'object', properties: { 'x-c4a-position': positionSchema } },
        response: {
          200: { description: 'The message.', $ref: 'MessageDetail#' },
          ...problems(400, 401, 403, 404),
        },
      },
    },
    (request) =>
      operations.getMessage(request.params.messageId, positionIn(request), request.caller),
  )

  app.post<{ Params: { messageId: string }; Querystring: { position?: string } }>(
    '/v1/messages/:messageId/cancel',
    {
      config: { access: 'messages:send' },
      schema: {
        summary: 'Take a message back',
        description:
          'Takes back what no platform has been given yet: what is scheduled, and what waits for its channel. The answer says how far that was possible, and holds: what it calls cancelled is never sent.',
        operationId: 'cancelMessage',
        tags: ['messages'],
        params: {
          type: 'object',
          properties: { messageId: { type: 'string', minLength: 1, maxLength: 512 } },
        },
        querystring: positionQuerySchema,
        headers: { type: 'object', properties: { 'x-c4a-position': positionSchema } },
        response: {
          200: { description: 'How far it was possible.', $ref: 'Cancellation#' },
          ...problems(400, 401, 403, 404, 422),
        },
      },
    },
    (request) =>
      operations.cancelMessage(request.params.messageId, positionIn(request), request.caller),
  )
}

function answer(result: SendResult, request: FastifyRequest, reply: FastifyReply): void {
  if (result.ok) {
    reply.code(202).type('application/json; charset=utf-8').send(acceptedText(result.answer))
    return
  }
  // The ids stand in the problem: the append may have happened, and only they let the caller find out.
  const problem = { ...problemOf(result.error, request.id), ...result.ids }
  if (problem.retryable) reply.header('retry-after', '1')
  reply.code(problem.status).type('application/problem+json').send(problem)
}

const validMessageId = new RegExp(messageIdPattern, 'u')

function withIdempotencyKey(body: SendRequest, header: string | string[] | undefined): SendRequest {
  if (header === undefined) return body
  // The IETF draft writes the key as a quoted string; many clients send it bare.
  const key = String(header).replace(/^"(.*)"$/, '$1')
  if (!validMessageId.test(key)) {
    throw new Chat4AllError('C4A_BAD_REQUEST', {
      what: 'The Idempotency-Key cannot serve as messageId',
      why: "it is longer than 128 characters, has control characters or begins with 'in:'",
      todo: 'Send another one',
    })
  }
  if (body.messageId === undefined) return { ...body, messageId: key }
  if (body.messageId === key) return body
  throw new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The request has two ids',
    why: `the Idempotency-Key is '${key}' and messageId is '${body.messageId}'`,
    todo: 'Send one of them, or both alike',
  })
}
