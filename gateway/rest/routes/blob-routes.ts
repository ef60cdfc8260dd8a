import type { FastifyInstance } from 'fastify'
import type { HttpParts } from '../http-server.ts'
import { problems } from '../schemas/problems.ts'
import { plainPattern } from '../schemas/send-request.ts'

/** Registered in a scope of its own, where bodies stay bytes. */
export function blobRoutes(app: FastifyInstance, { operations, settings }: HttpParts): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))

  app.post<{ Querystring: { filename: string } }>(
    '/v1/blobs',
    {
      config: { access: 'blobs:write' },
      bodyLimit: settings.limits.blobBytes,
      schema: {
        summary: 'Store an attachment',
        description: 'The body is the file itself, its type the Content-Type.',
        operationId: 'putBlob',
        tags: ['blobs'],
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
          201: {
            description: 'Stored.',
            type: 'object',
            required: ['blobId', 'sizeBytes', 'mimeType', 'filename'],
            additionalProperties: false,
            properties: {
              blobId: { type: 'string' },
              sizeBytes: { type: 'integer' },
              mimeType: { type: 'string' },
              filename: { type: 'string' },
            },
          },
          ...problems(400, 401, 403, 413, 429),
        },
      },
    },
    async (request, reply) => {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const mimeType = mimeTypeOf(request.headers['content-type'])
      const { filename } = request.query
      const stored = await operations.blobs.put({ bytes, mimeType, filename }, request.caller)
      return reply.code(201).send(stored)
    },
  )

  app.get<{ Params: { blobId: string } }>(
    '/v1/blobs/:blobId',
    {
      config: { access: 'blobs:read' },
      schema: {
        summary: 'Fetch an attachment',
        operationId: 'getBlob',
        tags: ['blobs'],
        params: {
          type: 'object',
          properties: { blobId: { type: 'string', minLength: 1, maxLength: 256 } },
        },
        response: {
          200: {
            description: 'The file.',
            content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
          },
          ...problems(401, 403, 404),
        },
      },
    },
    async (request, reply) => {
      const blob = await operations.blobs.get(request.params.blobId, request.caller)
      // A file from anyone, served from our origin: it must never run as a page of ours.
      return reply
        .header('content-disposition', `attachment; filename*=UTF-8''${encoded(blob.filename)}`)
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .type(blob.mimeType)
        .send(Buffer.from(blob.bytes.buffer, blob.bytes.byteOffset, blob.bytes.byteLength))
    },
  )
}

function mimeTypeOf(header: string | undefined): string {
  const type = header?.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}

/** RFC 8187: what encodeURIComponent leaves and a header value may not hold as it is. */
const encoded = (filename: string): string =>
  encodeURIComponent(filename).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
