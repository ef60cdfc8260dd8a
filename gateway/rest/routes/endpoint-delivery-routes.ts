import type { FastifyInstance } from 'fastify'
import type { AttemptQuery } from '../../operations/webhooks/attempt-log.ts'
import type { RedeliverRequest } from '../../operations/webhooks/webhook-deliveries.ts'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { attemptQuerySchema } from '../schemas/webhook.ts'
import { webhookParams } from '../schemas/webhook-params.ts'

interface Params {
  readonly webhookId: string
  readonly eventId: string
}

/** What became of the calls of an endpoint, and sending again. */
export function endpointDeliveryRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  const { webhookDeliveries } = operations
  const config = { access: 'webhooks:manage' } as const
  const tags = ['webhooks']
  const params = webhookParams()
  const accepted = {
    description: 'On its way.',
    type: 'object',
    required: ['eventId'],
    additionalProperties: false,
    properties: { eventId: { type: 'string' } },
  } as const

  app.get<{ Params: Params; Querystring: AttemptQuery }>(
    '/v1/webhooks/:webhookId/attempts',
    {
      config: { access: 'webhooks:read' },
      schema: {
        summary: 'Read the delivery log of a webhook endpoint, newest first',
        description: 'Kept for 30 days.',
        operationId: 'listWebhookAttempts',
        tags,
        params,
        querystring: attemptQuerySchema,
        response: {
          200: { description: 'A page of it.', $ref: 'WebhookAttemptPage#' },
          ...problems(400, 401, 403, 404),
        },
      },
    },
    (request) => webhookDeliveries.list(request.params.webhookId, request.query, request.caller),
  )

  app.post<{ Params: Params }>(
    '/v1/webhooks/:webhookId/test',
    {
      config,
      schema: {
        summary: 'Send a test event to a webhook endpoint',
        description: 'A `webhook.test` event, which is not on the feed. See the delivery log.',
        operationId: 'testWebhook',
        tags,
        params,
        response: { 202: accepted, ...problems(401, 403, 404, 409) },
      },
    },
    async (request, reply) => {
      const { webhookId } = request.params
      return reply.code(202).send(await webhookDeliveries.test(webhookId, request.caller))
    },
  )

  app.post<{ Params: Params }>(
    '/v1/webhooks/:webhookId/events/:eventId/redeliver',
    {
      config,
      schema: {
        summary: 'Send one event to a webhook endpoint again',
        description: 'Under the same `webhook-id`, for as long as the feed keeps the event.',
        operationId: 'redeliverWebhookEvent',
        tags,
        params: webhookParams('eventId'),
        response: { 202: accepted, ...problems(401, 403, 404, 409, 410) },
      },
    },
    async (request, reply) => {
      const { webhookId, eventId } = request.params
      const sent = await webhookDeliveries.redeliver(webhookId, eventId, request.caller)
      return reply.code(202).send(sent)
    },
  )

  app.post<{ Params: Params; Body: RedeliverRequest }>(
    '/v1/webhooks/:webhookId/redeliver',
    {
      config,
      schema: {
        summary: 'Send all events since a time again that the endpoint has not taken',
        description:
          'Those that it wants and that no attempt has delivered, also from before it was created or while it was disabled. Events that are still tried by themselves are left out. A long time takes several requests: go on with `after` while `more` is true.',
        operationId: 'redeliverWebhook',
        tags,
        params,
        body: { $ref: 'RedeliverRequest#' },
        response: {
          202: { description: 'On their way.', $ref: 'Redelivered#' },
          ...problems(400, 401, 403, 404, 409, 410, 413, 415),
        },
      },
    },
    async (request, reply) => {
      const { webhookId } = request.params
      const sent = await webhookDeliveries.redeliverSince(webhookId, request.body, request.caller)
      return reply.code(202).send(sent)
    },
  )
}
