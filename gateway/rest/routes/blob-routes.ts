import type { FastifyInstance } from 'fastify'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { plainPattern } from '../schemas/send-request.ts'
import { serveBlob } from '../serve-blob.ts'

const params = {
  type: 'object',
  properties: { blobId: { type: 'string', minLength: 1, maxLength: 256 } },
} as const

const file = (description: string) => ({
  description,
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
})

const tags = ['blobs']

interface OfBlob {
  readonly Params: { readonly blobId: string }
}

/** Registered in a scope of its own, where bodies stay bytes. */
export function blobRoutes(app: FastifyInstance, { operations, settings }: HttpParts): void {
  const { blobs } = operations
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

  app.post<{ Querystring: { filename: string } }>(
    '/v1/blobs',
    {
      config: { access: 'blobs:write' },
      bodyLimit: settings.limits.blobBytes,
      schema: {
        summary: 'Store an attachment',
        description:
          'The body is the file itself, its type the Content-Type; the bytes have the last word on what it is. Files that are larger than this takes are uploaded: POST /v1/uploads.',
        operationId: 'putBlob',
        tags,
        consumes: ['*/*'],
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            filename: {
              type: 'string',
              maxLength: 256,
              pattern: plainPattern,
              default: 'file',
              description: 'What the recipient sees.',
            },
          },
        },
        response: {
          201: { description: 'Stored.', $ref: 'Blob#' },
          ...problems(400, 401, 403, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const mimeType = mimeTypeOf(request.headers['content-type'])
      const { filename } = request.query
      const stored = await blobs.put({ bytes, mimeType, filename }, request.caller)
      return reply.code(201).send(stored)
    },
  )

  app.get<OfBlob>(
    '/v1/blobs/:blobId',
    {
      config: { access: 'blobs:read' },
      schema: {
        summary: 'Fetch an attachment',
        description: 'All of it, or with `Range: bytes=…` a part.',
        operationId: 'getBlob',
        tags,
        params,
        response: {
          200: file('The file.'),
          206: file('The part of the file that was asked for.'),
          ...problems(401, 403, 404, 416),
        },
      },
    },
    async (request, reply) =>
      serveBlob(await blobs.get(request.params.blobId, request.caller), request, reply),
  )

  app.get<OfBlob>(
    '/v1/blobs/:blobId/about',
    {
      config: { access: 'blobs:read' },
      schema: {
        summary: 'What an attachment is',
        operationId: 'aboutBlob',
        tags,
        params,
        response: {
          200: { description: 'What is known of it.', $ref: 'Blob#' },
          ...problems(401, 403, 404),
        },
      },
    },
    ({ params: { blobId }, caller }) => blobs.about(blobId, caller),
  )

  app.delete<OfBlob>(
    '/v1/blobs/:blobId',
    {
      config: { access: 'blobs:delete' },
      schema: {
        summary: 'Delete an attachment',
        description:
          'For good, and whoever stored it: messages that still refer to it fail with `media-unreachable`, and its links lead nowhere.',
        operationId: 'deleteBlob',
        tags,
        params,
        response: {
          200: { description: 'Deleted.', type: 'object', additionalProperties: false },
          ...problems(401, 403, 404),
        },
      },
    },
    ({ params: { blobId }, caller }) => blobs.delete(blobId, caller),
  )

  app.get<OfBlob & { Querystring: { side: number } }>(
    '/v1/blobs/:blobId/thumbnail',
    {
      config: { access: 'blobs:read' },
      schema: {
        summary: 'A small picture of a picture',
        operationId: 'getThumbnail',
        tags,
        params,
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            side: {
              type: 'integer',
              enum: [96, 320, 640],
              default: 320,
              description: 'How many points the longer side has at most.',
            },
          },
        },
        response: {
          200: {
            description: 'A WebP picture.',
            content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
          },
          ...problems(400, 401, 403, 404, 422),
        },
      },
    },
    async ({ params: { blobId }, query, caller }, reply) => {
      const picture = await blobs.thumbnail(blobId, query.side, caller)
      return reply
        .type('image/webp')
        .header('cache-control', 'private, max-age=86400, immutable')
        .header('x-content-type-options', 'nosniff')
        .send(Buffer.from(picture))
    },
  )
}

function mimeTypeOf(header: string | undefined): string {
  const type = header?.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}
