import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { crc32 } from 'node:zlib'
import { Chat4AllError } from '../../topology/contract/errors.ts'

/** As the header Tus-Checksum-Algorithm lists them. */
export const checksumAlgorithms = ['sha1', 'sha256', 'sha512', 'md5', 'crc32'] as const

/** Pieces with a checksum are held until they are known to be right: what was written cannot be taken back in every store. */
const maxCheckedBytes = 8 * 1024 * 1024

/**
 * The body of a piece that came with an Upload-Checksum (tus, checksum extension), whole and proved. Throws
 * C4A_CHECKSUM_MISMATCH, C4A_TOO_LARGE, or C4A_BAD_REQUEST for a header that is none.
 */
export async function checkedPiece(request: IncomingMessage, header: string): Promise<Buffer> {
  const [algorithm = '', stated = ''] = header.trim().split(/ +/)
  if (!(checksumAlgorithms as readonly string[]).includes(algorithm) || stated === '') {
    throw new Chat4AllError('C4A_BAD_REQUEST', {
      what: 'The header Upload-Checksum is not understood',
      why: `it is not '<algorithm> <checksum in base64>' with one of ${checksumAlgorithms.join(', ')}`,
      todo: 'Mend it, or send the piece without one',
    })
  }
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const piece = chunk as Buffer // nobody set an encoding
    bytes += piece.length
    if (bytes > maxCheckedBytes) throw tooLong()
    pieces.push(piece)
  }
  const body = Buffer.concat(pieces)
  const right = sumOf(algorithm, body)
  const given = Buffer.from(stated, 'base64')
  if (given.length === right.length && timingSafeEqual(given, right)) return body
  throw new Chat4AllError('C4A_CHECKSUM_MISMATCH', {
    what: 'The piece did not arrive as it was sent',
    why: `its ${algorithm} is another than Upload-Checksum says`,
    todo: 'Send it again; nothing of it was kept',
  })
}

function sumOf(algorithm: string, body: Buffer): Buffer {
  if (algorithm !== 'crc32') return createHash(algorithm).update(body).digest()
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return sum
}

const tooLong = (): Chat4AllError =>
  new Chat4AllError('C4A_TOO_LARGE', {
    what: 'The piece is too large',
    why: `one with an Upload-Checksum has at most ${maxCheckedBytes} bytes`,
    todo: 'Send smaller pieces, or state the sha256 of the whole file in Upload-Metadata',
  })
