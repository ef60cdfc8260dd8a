import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { UploadEnding } from '../../../storage/ports/uploads.ts'
import { blobIdHeader } from '../blob-id-header.ts'
import { checksumAlgorithms } from '../checked-piece.ts'
import type { HttpParts } from '../http-server.ts'
import { isUploadId } from '../is-upload-id.ts'
import { problems } from '../schemas/problems.ts'
import { storedOf } from '../stored-of.ts'
import { tusError } from '../tus-error.ts'
import type { TusAnswer, TusServer } from '../tus-server.ts'

const tags = ['blobs']
const params = {
  type: 'object',
  properties: { uploadId: { type: 'string', minLength: 1, maxLength: 64 } },
} as const
const header = (description: string) => ({ description, type: 'string' })
const offset = { 'Upload-Offset': header('How many bytes have arrived.') }
const blobId = { 'c4a-blob-id': header('Of an upload that is whole: what messages refer to.') }

type OfUpload = FastifyRequest<{ Params: { readonly uploadId: string } }>

/** Registered in a scope of its own, where bodies are nobody's but the tus server's. */
export function uploadRoutes(app: FastifyInstance, parts: HttpParts): void {
  const { tools, operations } = parts
  const { uploads } = tools
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  // Errors are ours, and still say which protocol this is.
  app.addHook('onSend', async (_, reply) => {
    reply.header('tus-resumable', '1.0.0')
    if (reply.statusCode === 412) reply.header('tus-version', '1.0.0')
  })
  let loaded: Promise<TusServer> | undefined
  const load = async () => (await import('../tus-server.ts')).tusServer(parts)
  // For the first upload.
  const tus: TusServer = async (request, reply) => {
    loaded ??= load()
    return (await loaded)(request, reply)
  }
  const writing = { access: 'blobs:write', streamsBody: true } as const

  /** The upload of the caller, and how it ended; where it is whole and nobody has said how, it is finished now. */
  async function find({ params: { uploadId }, caller: { tenant } }: OfUpload) {
    if (!isUploadId(uploadId)) throw tusError(undefined, 404)
    const id = uploads.idOf(tenant, uploadId)
    const ending = await uploads.ending(id)
    if (ending) return { ending, offset: ending.sizeBytes, size: ending.sizeBytes }
    const upload = await uploads.store.getUpload(id).catch((error: unknown) => {
      throw tusError(error)
    })
    const { offset, size } = upload
    if (offset !== size) return { offset, size }
    return { ending: await operations.finishUpload(upload, tenant), offset, size }
  }

  app.options(
    '/v1/uploads',
    {
      config: { access: 'blobs:write' },
      schema: {
        summary: 'What uploads can do here',
        description: 'Version, extensions and the largest file, as headers of the tus protocol.',
        operationId: 'askUploads',
        tags,
        response: { 204: { description: 'As headers.', type: 'null' }, ...problems(401, 403) },
      },
    },
    async (request, reply) => {
      const { status, headers } = await tus(request, reply)
      const extensions = `${headers['tus-extension']},checksum`
      const sums = {
        'tus-extension': extensions,
        'tus-checksum-algorithm': checksumAlgorithms.join(),
      }
      return send(reply, { status, headers: { ...headers, ...sums } })
    },
  )

  app.post(
    '/v1/uploads',
    {
      config: writing,
      schema: {
        summary: 'Begin an upload',
        description:
          'For files of up to 2 GiB, by the tus protocol 1.0.0 (https://tus.io), whose clients can be used as they are. `Upload-Metadata` may hold `filename`, `filetype` and `sha256` (of the whole file, in hex, checked at the end). The bytes follow with PATCH to the `Location`, in as many pieces as one likes.',
        operationId: 'beginUpload',
        tags,
        consumes: ['application/offset+octet-stream'],
        response: {
          201: {
            description: 'Begun.',
            type: 'null',
            headers: { Location: header('Where the bytes go.'), ...offset },
          },
          ...problems(400, 401, 403, 412, 413, 415, 422, 460),
        },
      },
    },
    async (request, reply) => send(reply, await tus(request, reply)),
  )

  app.patch(
    '/v1/uploads/:uploadId',
    {
      config: writing,
      schema: {
        summary: 'Send a piece of an upload',
        description:
          'What has arrived when a connection breaks is kept. With `Upload-Checksum` a piece of up to 8 MiB is kept only when it is whole and right. The last piece is answered when the file is checked and stored: with `c4a-blob-id`, or with the reason why it is not taken.',
        operationId: 'writeUpload',
        tags,
        params,
        consumes: ['application/offset+octet-stream'],
        response: {
          204: { description: 'Arrived.', type: 'null', headers: { ...offset, ...blobId } },
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 423, 460),
        },
      },
    },
    async (request, reply) => send(reply, await tus(request, reply)),
  )

  app.route<{ Params: { uploadId: string } }>({
    method: 'HEAD',
    url: '/v1/uploads/:uploadId',
    config: { access: 'blobs:write' },
    schema: {
      summary: 'Ask where to go on with an upload',
      operationId: 'askUpload',
      tags,
      params,
      response: {
        200: { description: 'As headers.', type: 'null', headers: { ...offset, ...blobId } },
        ...problems(401, 403, 404, 412, 415, 422, 423, 460),
      },
    },
    async handler(request, reply) {
      const { uploadId } = request.params
      const ended = isUploadId(uploadId)
        ? await uploads.ending(uploads.idOf(request.caller.tenant, uploadId))
        : undefined
      if (ended) return send(reply, ofWhole(ended))
      // By the tus server, since that makes a request which stands still let go of the upload.
      const answer = await tus(request, reply)
      const { 'upload-offset': arrived, 'upload-length': length } = answer.headers
      if (arrived !== length) return send(reply, answer)
      const { ending } = await find(request)
      return send(reply, ending ? ofWhole(ending) : answer)
    },
  })

  app.get(
    '/v1/uploads/:uploadId',
    {
      config: { access: 'blobs:write' },
      schema: {
        summary: 'See how far an upload is, and what became of it',
        operationId: 'getUpload',
        tags,
        params,
        response: {
          200: { description: 'As it is now.', $ref: 'Upload#' },
          ...problems(401, 403, 404),
        },
      },
    },
    async (request: OfUpload) => {
      const { ending, offset, size } = await find(request)
      return {
        uploadId: request.params.uploadId,
        status: ending?.kind ?? 'receiving',
        offset,
        ...(size !== undefined && { sizeBytes: size }),
        ...endingJson(ending),
      }
    },
  )

  app.delete(
    '/v1/uploads/:uploadId',
    {
      config: { access: 'blobs:write' },
      schema: {
        summary: 'Give up an upload',
        operationId: 'deleteUpload',
        tags,
        params,
        response: {
          204: { description: 'Nothing of it is kept.', type: 'null' },
          ...problems(401, 403, 404, 412, 423),
        },
      },
    },
    async (request, reply) => send(reply, await tus(request, reply)),
  )
}

const send = (reply: FastifyReply, { status, headers }: TusAnswer): FastifyReply =>
  reply.code(status).headers(headers).send()

/** Throws what it was refused for. */
function ofWhole(ending: UploadEnding): TusAnswer {
  const { blobId, sizeBytes } = storedOf(ending)
  const size = String(sizeBytes)
  return {
    status: 200,
    headers: {
      'cache-control': 'no-store',
      'upload-offset': size,
      'upload-length': size,
      [blobIdHeader]: blobId,
    },
  }
}

function endingJson(ending: UploadEnding | undefined): object {
  if (ending === undefined) return {}
  if (ending.kind === 'stored') {
    const { kind: _, ...blob } = ending
    return { blob }
  }
  const { code, what, why, todo } = ending
  return { refusal: { code, detail: `${what}: ${why}. ${todo}.` } }
}
