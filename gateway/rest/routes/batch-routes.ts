import type { FastifyInstance } from 'fastify'
import { type BatchRequest, batchMessages } from '../../operations/batch-messages.ts'
import { schemaCheck } from '../../operations/schema-check.ts'
import type { BatchItem } from '../../operations/send-batch.ts'
import { batchAnswer } from '../batch-answer.ts'
import type { HttpParts } from '../http-server.ts'
import { problemOf } from '../problem.ts'
import { traceOfRequest } from '../request-trace.ts'
import { batchEnvelopeSchema } from '../schemas/batch.ts'
import { problems } from '../schemas/problems.ts'
import { takeBody } from '../take-body.ts'

export function batchRoutes(app: FastifyInstance, { operations, metrics, settings }: HttpParts) {
  const isEnvelope = schemaCheck(batchEnvelopeSchema)

  app.post<{ Body: BatchRequest }>(
    // The doubled colon is find-my-way's way of writing one.
    '/v1/messages::batch',
    {
      config: { access: 'messages:send' },
      bodyLimit: settings.limits.batchBytes,
      // The document shows the items' schema; they are checked one by one, each with its own answer.
      validatorCompiler: () => isEnvelope,
      schema: {
        summary: 'Send up to 1,000 messages',
        description:
          'Stored together, in the order given: messages, or one template with the parameters of each person. 202: all are accepted. 207: see each item. After one message of a conversation is not accepted, its later ones are not attempted.',
        operationId: 'sendMessages',
        tags: ['messages'],
        body: { $ref: 'BatchRequest#' },
        response: {
          202: { description: 'All accepted.', $ref: 'BatchAnswer#' },
          207: { description: 'Not all accepted.', $ref: 'BatchAnswer#' },
          ...problems(400, 401, 403, 413, 415, 429),
        },
      },
    },
    async (request, reply) => {
      const startedAt = performance.now()
      const traceparent = traceOfRequest(request.raw)
      const session = operations.openBatch(request.caller, traceparent)
      const { items, failure } = await session.send(batchMessages(takeBody(request)))
      metrics.accept.observe((performance.now() - startedAt) / 1_000)
      if (failure !== undefined) {
        const problem = { ...problemOf(failure, request.id), items: items.flatMap(idsOf) }
        if (problem.retryable) reply.header('retry-after', '1')
        return reply.code(problem.status).type('application/problem+json').send(problem)
      }
      const all = items.every(({ status }) => status === 'accepted')
      const answer = reply.code(all ? 202 : 207).type('application/json; charset=utf-8')
      return answer.send(batchAnswer(items))
    },
  )
}

function idsOf({ messageId, submissionId, conversationId, status }: BatchItem) {
  return status === 'unavailable' ? [{ messageId, submissionId, conversationId }] : []
}
