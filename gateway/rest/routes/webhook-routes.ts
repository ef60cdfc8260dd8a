import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebhookRequest } from '../../../connectors/contract.ts'
import { Chat4AllError, type ErrorCode } from '../../../topology/contract/errors.ts'
import type { WebhookVerdict } from '../../operations/receive-webhook.ts'
import type { HttpParts } from '../http-server.ts'
import { traceOfRequest } from '../request-trace.ts'
import { problems } from '../schemas/problems.ts'

type Incoming = FastifyRequest<{
  Params: { channel: string; endpoint: string }
  Querystring: Record<string, string | string[]>
}>

const verdicts: Partial<Record<ErrorCode, WebhookVerdict>> = {
  C4A_FORBIDDEN: 'refused',
  C4A_NOT_FOUND: 'unknown',
  C4A_UNAVAILABLE: 'unavailable',
}

/** Registered in a scope of its own, where bodies stay bytes: signatures are over the bytes as they came. */
export function webhookRoutes(
  app: FastifyInstance,
  { operations, metrics, settings, tools }: HttpParts,
) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

  async function receive(request: Incoming, reply: FastifyReply): Promise<string> {
    const { channel, endpoint } = request.params
    // Only names that exist become labels, or anyone could fill the memory with made-up ones.
    const label = tools.channels.has(channel) ? channel : 'unknown'
    const traceparent = traceOfRequest(request.raw)
    try {
      const raw = rawRequest(request)
      const answer = await operations.receiveWebhook(channel, endpoint, raw, traceparent)
      metrics.webhook(label, answer.verdict)
      reply.type(answer.isJson ? 'application/json' : 'text/plain')
      return answer.text
    } catch (error) {
      const code = error instanceof Chat4AllError ? error.code : 'C4A_INTERNAL'
      metrics.webhook(label, verdicts[code] ?? 'unavailable')
      throw error
    }
  }

  const params = {
    type: 'object',
    properties: {
      channel: { type: 'string', maxLength: 64 },
      endpoint: { type: 'string', maxLength: 128 },
    },
  } as const
  const text = (description: string) => ({
    description,
    content: { 'text/plain': { schema: { type: 'string' } } },
  })

  app.get<{ Params: { channel: string; endpoint: string }; Querystring: Record<string, string> }>(
    '/webhooks/:channel/:endpoint',
    {
      config: { access: 'open' },
      schema: {
        summary: "Answers a platform's handshake",
        operationId: 'webhookHandshake',
        tags: ['webhooks'],
        security: [],
        params,
        response: { 200: text("The platform's challenge."), ...problems(403, 404) },
      },
    },
    receive,
  )

  app.post<{ Params: { channel: string; endpoint: string }; Querystring: Record<string, string> }>(
    '/webhooks/:channel/:endpoint',
    {
      config: { access: 'open' },
      bodyLimit: settings.limits.webhookBytes,
      schema: {
        summary: 'Takes what a platform posts',
        description:
          'Verified over the raw bytes; answered with 200 only when every item is on stable storage. After a 503 the platform repeats it.',
        operationId: 'webhook',
        tags: ['webhooks'],
        security: [],
        params,
        response: {
          200: {
            description: 'Stored. Says nothing, or as JSON what the platform is to do.',
            content: {
              'text/plain': { schema: { type: 'string' } },
              'application/json': { schema: { type: 'object', additionalProperties: true } },
            },
          },
          ...problems(403, 404, 413),
        },
      },
    },
    receive,
  )
}

const nothing = Buffer.alloc(0)

function rawRequest(request: Incoming): WebhookRequest {
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    query: flat(request.query),
    headers: flat(request.headers),
    body: Buffer.isBuffer(request.body) ? request.body : nothing,
  }
}

/** A name that repeats keeps its last value. */
function flat(values: Readonly<Record<string, string | string[] | undefined>>) {
  const one: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined) one[name] = last
  }
  return one
}
