import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ByteRange } from '../../storage/ports/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { OpenBlob } from '../operations/blobs.ts'

/** Answers with a blob, or the part of it that was asked for: the bytes pass through, however many they are. */
export async function serveBlob(
  blob: OpenBlob,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { blobId, sizeBytes, mimeType, filename } = blob
  // A file from anyone, served from our origin: it must never run as a page of ours.
  reply
    .header('content-disposition', `attachment; filename*=UTF-8''${encoded(filename)}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('accept-ranges', 'bytes')
    .header('etag', `"${blobId}"`)
    .type(mimeType)
  const range = rangeOf(request, blob)
  if (range) {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${sizeBytes}`)
  }
  reply.header('content-length', range ? range.last - range.first + 1 : sizeBytes)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(await blob.open(range))
}

/** RFC 9110: what is no range of bytes, or several, is answered with the whole; a range that is not there with 416. */
function rangeOf(
  { headers }: FastifyRequest,
  { blobId, sizeBytes }: OpenBlob,
): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
  const condition = headers['if-range']
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  if (condition !== undefined && condition !== `"${blobId}"`) return undefined
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (first <= last) return { first, last }
  throw new Chat4AllError('C4A_RANGE_INVALID', {
    what: 'The blob has no such part',
    why: `it has ${sizeBytes} bytes, and ${headers.range} was asked for`,
    todo: 'Ask for a part that lies within it',
  })
}

/** RFC 8187: what encodeURIComponent leaves and a header value may not hold as it is. */
const encoded = (filename: string): string =>
  encodeURIComponent(filename).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
