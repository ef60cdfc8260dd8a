import type { FastifyInstance } from 'fastify'
import type { GatewayTools } from '../../tools.ts'
import { problems } from '../schemas/problems.ts'

const readiness = {
  type: 'object',
  required: ['status', 'checks'],
  additionalProperties: false,
  properties: {
    status: { type: 'string', enum: ['ready', 'not-ready'] },
    checks: { type: 'object', additionalProperties: { type: 'string' } },
  },
} as const

/** What every process of the hub answers, whether it is a gateway or runs stages only. */
export function healthRoutes(
  app: FastifyInstance,
  { tools }: { readonly tools: Pick<GatewayTools, 'ready' | 'metrics'> },
): void {
  for (const [url, operationId] of [
    ['/live', 'live'],
    // The name it had first.
    ['/health', 'health'],
  ] as const) {
    app.get(
      url,
      {
        config: { access: 'open' },
        schema: {
          summary: 'Is the process alive?',
          operationId,
          tags: ['operation'],
          security: [],
          response: {
            200: {
              description: 'It is.',
              type: 'object',
              required: ['status'],
              additionalProperties: false,
              properties: { status: { type: 'string', enum: ['ok'] } },
            },
            ...problems(),
          },
        },
      },
      (_, reply) => {
        reply.send({ status: 'ok' })
      },
    )
  }

  app.get(
    '/ready',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Should requests come here?',
        description:
          'The tables being away does not count: messages are still accepted. False before work stops, so that no new work comes.',
        operationId: 'ready',
        tags: ['operation'],
        security: [],
        response: {
          200: { description: 'Yes.', ...readiness },
          500: problems()[500],
          503: { description: 'Not now.', ...readiness },
        },
      },
    },
    (_, reply) => {
      const { ok, checks } = tools.ready()
      reply.code(ok ? 200 : 503).send({ status: ok ? 'ready' : 'not-ready', checks })
    },
  )

  app.get(
    '/metrics',
    {
      config: { access: 'metrics:read' },
      schema: {
        summary: "The hub's figures, in Prometheus text format",
        operationId: 'metrics',
        tags: ['operation'],
        response: {
          200: {
            description: 'Prometheus text format.',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
          ...problems(401, 403),
        },
      },
    },
    async (_, reply) => {
      const text = await tools.metrics.metrics()
      return reply.type(tools.metrics.contentType).send(text)
    },
  )
}
