import type { FastifyInstance } from 'fastify'
import type {
  RotateRequest,
  WebhookChange,
  WebhookRequest,
} from '../../operations/webhooks/webhook-endpoints.ts'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { webhookParams } from '../schemas/webhook-params.ts'

interface Params {
  readonly webhookId: string
}

/** Clients' endpoints: where events are posted to. */
export function endpointRoutes(app: FastifyInstance, { operations }: HttpParts): void {
  const { webhooks } = operations
  const manage = { access: 'webhooks:manage' } as const
  const tags = ['webhooks']
  const params = webhookParams()

  app.post<{ Body: WebhookRequest }>(
    '/v1/webhooks',
    {
      config: manage,
      schema: {
        summary: 'Create a webhook endpoint',
        description:
          'Events are posted to it as Standard Webhooks: signed, and again on a schedule while it does not take them.',
        operationId: 'createWebhook',
        tags,
        body: { $ref: 'WebhookRequest#' },
        response: {
          201: { description: 'Created; its secret is shown this once.', $ref: 'SecretWebhook#' },
          ...problems(400, 401, 403, 409, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const created = await webhooks.create(request.body, request.caller)
      return reply.code(201).header('cache-control', 'no-store').send(created)
    },
  )

  app.get(
    '/v1/webhooks',
    {
      config: { access: 'webhooks:read' },
      schema: {
        summary: 'List webhook endpoints, oldest first',
        operationId: 'listWebhooks',
        tags,
        response: {
          200: {
            description: "All of the tenant's.",
            type: 'object',
            required: ['webhooks'],
            additionalProperties: false,
            properties: { webhooks: { type: 'array', items: { $ref: 'Webhook#' } } },
          },
          ...problems(401, 403),
        },
      },
    },
    (request, reply) => {
      reply.send({ webhooks: webhooks.list(request.caller) })
    },
  )

  app.get<{ Params: Params }>(
    '/v1/webhooks/:webhookId',
    {
      config: { access: 'webhooks:read' },
      schema: {
        summary: 'Show a webhook endpoint',
        operationId: 'getWebhook',
        tags,
        params,
        response: {
          200: { description: 'How it is now.', $ref: 'Webhook#' },
          ...problems(401, 403, 404),
        },
      },
    },
    async (request) => webhooks.get(request.params.webhookId, request.caller),
  )

  app.patch<{ Params: Params; Body: WebhookChange }>(
    '/v1/webhooks/:webhookId',
    {
      config: manage,
      schema: {
        summary: 'Change, enable or disable a webhook endpoint',
        operationId: 'changeWebhook',
        tags,
        params,
        body: { $ref: 'WebhookChange#' },
        response: {
          200: { description: 'Changed.', $ref: 'Webhook#' },
          ...problems(400, 401, 403, 404, 413, 415, 422),
        },
      },
    },
    (request) => webhooks.change(request.params.webhookId, request.body, request.caller),
  )

  app.delete<{ Params: Params }>(
    '/v1/webhooks/:webhookId',
    {
      config: manage,
      schema: {
        summary: 'Delete a webhook endpoint',
        description: 'For good. What waits to be posted to it is dropped.',
        operationId: 'deleteWebhook',
        tags,
        params,
        response: {
          200: { description: 'Deleted: as it was.', $ref: 'Webhook#' },
          ...problems(401, 403, 404),
        },
      },
    },
    (request) => webhooks.remove(request.params.webhookId, request.caller),
  )

  app.post<{ Params: Params; Body: RotateRequest }>(
    '/v1/webhooks/:webhookId/secret',
    {
      config: manage,
      schema: {
        summary: 'Rotate the secret of a webhook endpoint',
        description: 'While the old secret is kept, each request carries a signature of both.',
        operationId: 'rotateWebhookSecret',
        tags,
        params,
        body: { $ref: 'RotateRequest#' },
        response: {
          200: { description: 'The new secret, shown this once.', $ref: 'SecretWebhook#' },
          ...problems(400, 401, 403, 404, 413, 415),
        },
      },
    },
    async (request, reply) => {
      const { webhookId } = request.params
      const rotated = await webhooks.rotate(webhookId, request.body, request.caller)
      return reply.header('cache-control', 'no-store').send(rotated)
    },
  )
}
