import type { Accepted } from '../operations/send.ts'

/**
 * An accepted message as the schemas SendAnswer and BatchAnswer have it. Put together here because these answers are
 * most of all answers, and nearly all of their text is ours, without a character to escape: a serialiser would
 * look at each.
 */
export function acceptedText(accepted: Accepted): string {
  const { messageId, submissionId, conversationId, position } = accepted
  const own = messageId === submissionId ? `"${submissionId}"` : quoted(messageId)
  const ids = `"messageId":${own},"submissionId":"${submissionId}"`
  return `{"status":"accepted",${ids},"conversationId":${quoted(conversationId)},"position":"${position}"}`
}

/** Ids that a client chose may hold anything but control characters. */
const quoted = (id: string): string => (isPlain(id) ? `"${id}"` : JSON.stringify(id))

/** Whether JSON has it as it is, as far as can be seen at once. */
function isPlain(id: string): boolean {
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at)
    if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return false
  }
  return true
}

const quote = 0x22
const backslash = 0x5c
