import type { DigestRoom, Ids } from '../../domain/ids.ts'
import { writeUtf8 } from '../../topology/contract/write-utf8.ts'
import { digestedText } from './digested-text.ts'
import type { SendRequest } from './send-request.ts'

export interface Digested {
  readonly digest: string
  /** So many bytes were digested: all of the client's texts. 0 for what is no plain text, or a long one. */
  readonly bytes: number
}

/** The digest of `digestedText`. For what most requests are, plain texts, without that text: its pieces are written where they are hashed. */
export function requestDigest(
  request: SendRequest,
  ids: Pick<Ids, 'digest' | 'digestRoom'>,
): Digested {
  const { digestRoom } = ids
  const end = isPlain(request) ? written(request, digestRoom) : 0
  if (end === 0) return { digest: ids.digest(digestedText(request)), bytes: 0 }
  return { digest: digestRoom.digest(end), bytes: end - digestRoom.start }
}

const isPlain = ({ content, sendAt, fallback, humanAgent }: SendRequest): boolean =>
  content.type === 'text' &&
  content.entities === undefined &&
  sendAt === undefined &&
  fallback === undefined &&
  !humanAgent

/** Where it ends; 0 where the room is too small, or the metadata stand in another order than they are digested in. */
function written(request: SendRequest, { bytes, start }: DigestRoom): number {
  const { to, conversationId = '', replyTo = '', expiresAt = '', content, metadata } = request
  const text = content.type === 'text' ? content.text : ''
  const { channel, address, account = '' } = to ?? { channel: conversationId, address: '' }
  const others =
    channel.length + address.length + account.length + replyTo.length + expiresAt.length
  if (start + 3 * (others + text.length) + marksBytes > bytes.length) return 0
  let at = writeUtf8(bytes, start, channel)
  bytes[at] = 0
  at = writeUtf8(bytes, at + 1, address)
  bytes[at] = 0
  at = writeUtf8(bytes, at + 1, account)
  bytes[at] = 0
  at = writeUtf8(bytes, at + 1, replyTo)
  bytes[at] = 0
  at = writeUtf8(bytes, at + 1, expiresAt)
  at = writeUtf8(bytes, at, '\0text\0')
  at = writeUtf8(bytes, at, text)
  let before = ''
  for (const name in metadata) {
    const value = metadata[name] ?? ''
    if (name < before || at + 3 * (name.length + value.length) + 2 > bytes.length) return 0
    before = name
    bytes[at] = 0
    at = writeUtf8(bytes, at + 1, name)
    bytes[at] = 0
    at = writeUtf8(bytes, at + 1, value)
  }
  return at
}

/** What stands between the pieces. */
const marksBytes = 16
