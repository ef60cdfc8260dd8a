import { randomUUID } from 'node:crypto'
import { Server, type Upload } from '@tus/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { NodeRequest } from 'srvx/node'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import { earlyGarbage } from '../media/early-garbage.ts'
import { blobIdHeader } from './blob-id-header.ts'
import { checkedPiece } from './checked-piece.ts'
import type { HttpParts } from './http-server.ts'
import { isUploadId } from './is-upload-id.ts'
import { storedOf } from './stored-of.ts'
import { tusError } from './tus-error.ts'
import { uploadMetadataFault } from './upload-metadata-fault.ts'

/** What one request brings to the hooks of the tus server, which know only its Request. */
interface Exchange {
  readonly caller: Caller
  error?: unknown
  /** Set when the last byte has arrived. */
  whole?: Upload
}

export interface TusAnswer {
  readonly status: number
  /** Lowercase names. */
  readonly headers: Readonly<Record<string, string>>
}

/** What the tus protocol answers; throws our errors. */
export type TusServer = (request: FastifyRequest, reply: FastifyReply) => Promise<TusAnswer>

export function tusServer({ tools: { uploads }, settings, operations }: HttpParts): TusServer {
  const path = '/v1/uploads'
  const exchanges = new WeakMap<Request, Exchange>()
  const exchangeOf = (request: Request): Exchange => {
    const exchange = exchanges.get(request)
    if (exchange) return exchange
    throw new Error('a request of nobody') // each is put there below
  }
  const { store, locker } = uploads
  const garbage = earlyGarbage()
  let writing = 0

  const server = new Server({
    path,
    datastore: store,
    locker,
    maxSize: settings.media.uploadBytes,
    // None but our own origin; what runs elsewhere has no key to send.
    allowedOrigins: [],
    generateUrl: (_, { id }) => `${path}/${id.slice(id.lastIndexOf('/') + 1)}`,
    namingFunction: (request) => uploads.idOf(exchangeOf(request).caller.tenant, randomUUID()),
    getFileIdFromRequest(request, uploadId = '') {
      // Under the caller's tenant: those of others are not there.
      if (!isUploadId(uploadId)) return undefined
      return uploads.idOf(exchangeOf(request).caller.tenant, uploadId)
    },
    async onUploadCreate(_, { size, metadata = {} }) {
      const fault =
        size === 0 ? 'an upload of no bytes becomes no blob' : uploadMetadataFault(metadata)
      if (fault === undefined) return {}
      throw new Chat4AllError('C4A_BAD_REQUEST', {
        what: 'The upload cannot be begun',
        why: fault,
        todo: 'Mend Upload-Length or Upload-Metadata',
      })
    },
    async onUploadFinish(request, upload) {
      // Only noted: the server has questions about the upload after this, and a finished one is gone.
      exchangeOf(request).whole = upload
      return {}
    },
    onResponseError(request, error) {
      exchangeOf(request).error = error
      return undefined
    },
  })

  async function webRequest(request: FastifyRequest, reply: FastifyReply): Promise<Request> {
    const { raw } = request
    const asIs = new NodeRequest({ req: raw, res: reply.raw })
    const sum = request.headers['upload-checksum']
    if (sum === undefined) return asIs
    const body = await checkedPiece(raw, String(sum))
    const { url, method, headers } = asIs
    return new Request(url, { method, headers, body })
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<TusAnswer> {
    const exchange: Exchange = { caller: request.caller }
    const asked = await webRequest(request, reply)
    exchanges.set(asked, exchange)
    const answer = await server.handleWeb(asked)
    if (exchange.error !== undefined) throw tusError(exchange.error)
    if (answer.status >= 400) throw tusError(undefined, answer.status)
    const {
      'content-type': _type,
      'content-length': _length,
      ...headers
    } = Object.fromEntries(answer.headers)
    if (exchange.whole === undefined) return { status: answer.status, headers }
    const ending = await operations.finishUpload(exchange.whole, exchange.caller.tenant)
    const { blobId } = storedOf(ending)
    return { status: answer.status, headers: { ...headers, [blobIdHeader]: blobId } }
  }

  return async (request, reply) => {
    const writes = request.method === 'PATCH' || request.method === 'POST'
    if (writes && writing >= settings.limits.uploads) throw full()
    if (writes) writing += 1
    if (writing > 0) garbage.start()
    try {
      return await handle(request, reply)
    } catch (error) {
      // What is still on its way would have to be read to be thrown away.
      if (!request.raw.complete) reply.header('connection', 'close')
      throw error
    } finally {
      if (writes) writing -= 1
      if (writing === 0) garbage.stop()
    }
  }
}

const full = (): Chat4AllError =>
  new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'The hub is busy',
    why: 'as many uploads as it takes at once are being written',
    todo: 'Try again in a second; what has arrived is kept',
  })
