import type { FastifyInstance } from 'fastify'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { serveBlob } from '../serve-blob.ts'

const tags = ['blobs']

/** Links to blobs that open without a key, for a time. */
export function blobLinkRoutes(
  app: FastifyInstance,
  { tools, operations: { blobs } }: HttpParts,
): void {
  app.post<{ Params: { blobId: string }; Body: { seconds: number } }>(
    '/v1/blobs/:blobId/links',
    {
      config: { access: 'blobs:read' },
      schema: {
        summary: 'Make a link to an attachment',
        description: 'Whoever has the link can fetch the file until it ends.',
        operationId: 'linkBlob',
        tags,
        params: {
          type: 'object',
          properties: { blobId: { type: 'string', minLength: 1, maxLength: 256 } },
        },
        body: { $ref: 'BlobLinkRequest#' },
        response: {
          201: { description: 'Made.', $ref: 'BlobLink#' },
          ...problems(400, 401, 403, 404, 413, 415),
        },
      },
    },
    async ({ params: { blobId }, body: { seconds }, caller }, reply) =>
      reply.code(201).send(await blobs.link(blobId, seconds, caller)),
  )

  for (const method of ['GET', 'HEAD'] as const) {
    app.route<{ Params: { token: string } }>({
      method,
      url: '/v1/blob-links/:token',
      // The token in it is signed by us, and names whose blob it is.
      config: { access: 'open', admitted: true },
      schema: {
        summary: 'Follow a link to an attachment',
        operationId: method === 'GET' ? 'openBlobLink' : 'askBlobLink',
        security: [],
        tags,
        params: {
          type: 'object',
          properties: { token: { type: 'string', minLength: 1, maxLength: 512 } },
        },
        response: {
          200: {
            description: 'The file.',
            content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
          },
          206: {
            description: 'The part of the file that was asked for.',
            content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
          },
          ...problems(404, 416),
        },
      },
      async handler(request, reply) {
        const { expiresAtS, ...blob } = await blobs.linked(request.params.token)
        const leftS = Math.max(0, expiresAtS - Math.floor(tools.clock.now() / 1_000))
        reply.header('cache-control', `private, max-age=${leftS}, immutable`)
        return serveBlob(blob, request, reply)
      },
    })
  }
}
