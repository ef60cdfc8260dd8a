import { canonicalText } from './canonical-text.ts'
import type { SendRequest } from './send-request.ts'

/**
 * The client's own fields as one text: equal for two requests under one messageId that ask for the same,
 * in whatever order their fields stand, and different otherwise. It is made of the request alone, never of
 * Avro bytes or of what our configuration adds, so that gateways of two versions agree on it.
 *
 * Fields stand in a fixed order with NUL between them, which the check of the request lets into none of them;
 * one that is absent is empty, which none of those that may be absent can be (no address: a conversation).
 * Names and values of the metadata come last, in the order of the names.
 */
export function digestedText(request: SendRequest): string {
  const {
    to,
    conversationId = '',
    replyTo = '',
    expiresAt = '',
    sendAt,
    fallback,
    humanAgent,
    content,
    metadata,
  } = request
  const target =
    to === undefined ? `${conversationId}\0\0` : `${to.channel}\0${to.address}\0${to.account ?? ''}`
  // Texts are by far the most. Of other kinds a field may be empty, so theirs is the form that shows absence.
  const said =
    content.type === 'text' && content.entities === undefined
      ? `text\0${content.text}`
      : `\0${canonicalText(content)}`
  // After a mark that stands in no instant: requests without it read as they always did.
  const when = sendAt === undefined ? expiresAt : `${expiresAt}@${sendAt}`
  // Before everything, after a mark that no target begins with: requests without it read as they always did, too.
  const others = fallback?.length ? `\0${canonicalText(fallback)}\0` : ''
  const agent = humanAgent ? '\0\0agent\0' : ''
  const fields = `${agent}${others}${target}\0${replyTo}\0${when}\0${said}`
  return metadata === undefined ? fields : fields + metadataText(metadata)
}

function metadataText(metadata: Readonly<Record<string, string>>): string {
  let text = ''
  let before = ''
  for (const name in metadata) {
    if (name < before) return sortedText(metadata)
    text += `\0${name}\0${metadata[name]}`
    before = name
  }
  return text
}

/** By UTF-16 code units, never by locale: every gateway must sort alike. */
function sortedText(metadata: Readonly<Record<string, string>>): string {
  const names = Object.keys(metadata).sort((left, right) => (left < right ? -1 : 1))
  return names.map((name) => `\0${name}\0${metadata[name]}`).join('')
}
