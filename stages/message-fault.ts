import type { HubReason } from '../domain/reasons.ts'
import type { Message } from '../schemas/types.ts'

/** What is wrong, for machines and in a sentence. */
export interface Fault {
  readonly reason: HubReason
  readonly detail: string
}

const maxMetadataEntries = 50
const maxMetadataBytes = 4096

/** What is wrong with everything but the content; undefined when nothing is. */
export function messageFault(message: Message, nowMs: number): Fault | undefined {
  if (message.direction !== 'inbound') {
    const fault = idFault(message.messageId) ?? metadataFault(message.metadata)
    if (fault) return fault
  }
  if (message.expiresAt !== null && message.expiresAt <= nowMs) {
    return { reason: 'expired', detail: 'The message had expired before it could be handled.' }
  }
  return undefined
}

function idFault(messageId: string): Fault | undefined {
  if (!isPrintable(messageId) || messageId.length > 128) {
    return invalid('messageId has to be 1 to 128 printable ASCII characters.')
  }
  // The names of what people write: a client that took one beforehand could shadow their message.
  if (messageId.startsWith('in:')) {
    return invalid("messageId may not begin with 'in:', which names inbound messages.")
  }
  return undefined
}

/** A pattern for it costs more than all other checks here. */
function isPrintable(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) return false
  }
  return text !== ''
}

function metadataFault(metadata: Readonly<Record<string, string>>): Fault | undefined {
  let entries = 0
  let units = 0
  for (const name in metadata) {
    entries++
    units += name.length + (metadata[name] ?? '').length
  }
  if (entries > maxMetadataEntries) {
    return invalid(`metadata has ${entries} entries; at most ${maxMetadataEntries} are kept.`)
  }
  // A UTF-16 unit takes at most three bytes, so most need no counting.
  const bytes = units * 3 > maxMetadataBytes ? bytesOf(metadata) : 0
  if (bytes > maxMetadataBytes) {
    return invalid(`metadata has ${bytes} bytes; at most ${maxMetadataBytes} are kept.`)
  }
  return undefined
}

function bytesOf(metadata: Readonly<Record<string, string>>): number {
  let bytes = 0
  for (const [name, value] of Object.entries(metadata)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  return bytes
}

const invalid = (detail: string): Fault => ({ reason: 'invalid-message', detail })
