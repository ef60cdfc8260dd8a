import type { Message } from '../../../schemas/types.ts'
import type { Writer } from '../../ports/history.ts'
import type { JsonList } from './json-list.ts'

/** A row of `message` as it comes back. */
export interface MessageRow {
  readonly tenant: string
  readonly message_id: string
  readonly submission_id: string
  readonly hop: number
  readonly conversation_id: string
  readonly direction: string
  readonly accepted_at: number
  readonly body: string
}

export const messageColumns = `tenant, message_id, submission_id, hop, conversation_id, direction,
  accepted_at, body`

/**
 * What of a message has no column of its own, as a JSON array (`Body`): names would make it a third longer, and a
 * row costs by its length.
 */
export function writeBody(list: JsonList, message: Message): void {
  list.open()
  list.text(message.senderId)
  list.text(message.channel)
  list.text(message.account)
  list.text(message.address)
  number(list, message.expiresAt)
  list.text(message.replyTo)
  list.text(message.providerMessageId)
  list.map(message.metadata)
  list.text(message.digest)
  list.text(message.contentKind)
  list.base64(message.content)
  const { seal } = message
  if (seal === null) list.json(null)
  else {
    list.open()
    list.text(seal.keyId)
    list.text(seal.algorithm)
    list.base64(seal.nonce)
    list.close()
  }
  // Only where there is one: most rows are as long as before.
  for (const part of laterOf(message)) list.json(part)
  list.close()
}

function number(list: JsonList, value: number | null): void {
  if (value === null) list.json(null)
  else list.number(value)
}

/** How the bodies of what this person wrote begin, and no others: a quote in a name would be escaped. */
export const bodyStartOf = ({ participantId, channel }: Writer): string =>
  `${JSON.stringify([participantId, channel]).slice(0, -1)},`

function laterOf({ sendAt, fallback, humanAgent }: Message): Later {
  if (humanAgent) return [sendAt, fallback, true]
  if (fallback.length > 0) return [sendAt, fallback]
  return sendAt === null ? none : [sendAt]
}

const none: Later = []

type Later = readonly [sendAt?: number | null, fallback?: Message['fallback'], humanAgent?: true]

type BodyStart = readonly [
  senderId: string,
  channel: string | null,
  account: string | null,
  address: string | null,
  expiresAt: number | null,
  replyTo: string | null,
  providerMessageId: string | null,
  metadata: Message['metadata'],
  digest: string,
  contentKind: string,
  content: string,
  seal: readonly [keyId: string, algorithm: string, nonce: string] | null,
]

type Body = readonly [...start: BodyStart, ...later: Later]

export function messageOf(row: MessageRow): Message {
  const body: Body = JSON.parse(row.body) // written by writeBody alone
  const [senderId, channel, account, address, expiresAt, replyTo, providerMessageId] = body
  const [, , , , , , , metadata, digest, contentKind, content, seal] = body
  const [, , , , , , , , , , , , sendAt = null, fallback = [], humanAgent = false] = body
  return {
    messageId: row.message_id,
    submissionId: row.submission_id,
    tenant: row.tenant,
    conversationId: row.conversation_id,
    direction: row.direction,
    senderId,
    channel,
    account,
    address,
    acceptedAt: row.accepted_at,
    expiresAt,
    sendAt,
    fallback,
    humanAgent,
    replyTo,
    providerMessageId,
    metadata,
    digest,
    contentKind,
    content: bytesOf(content),
    seal: seal && { keyId: seal[0], algorithm: seal[1], nonce: bytesOf(seal[2]) },
    // What it was good for is in the directory by now.
    origin: null,
  }
}

/** A plain Uint8Array, so that bytes of all adapters compare equal. */
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
