import type { Accepted } from '../operations/send.ts'
import { isPlainId } from './is-plain-id.ts'

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
const quoted = (id: string): string => (isPlainId(id) ? `"${id}"` : JSON.stringify(id))
