import type { Accepted } from '../operations/send.ts'
import type { BatchItem } from '../operations/send-batch.ts'

/**
 * The body of a batch's answer, as the schema BatchAnswer has it. Put together here because accepted items are many
 * and nearly all of their text is ours, without a character to escape: a serialiser would look at each.
 */
export function batchAnswerText(items: readonly BatchItem[]): string {
  let text = '{"items":['
  let separator = ''
  for (const item of items) {
    text += separator + (isAccepted(item) ? acceptedText(item) : JSON.stringify(item))
    separator = ','
  }
  return `${text}]}`
}

const isAccepted = (item: BatchItem): item is Accepted => item.status === 'accepted'

function acceptedText({ messageId, submissionId, conversationId, position }: Accepted): string {
  const ids = `"messageId":${quoted(messageId)},"submissionId":"${submissionId}"`
  return `{"status":"accepted",${ids},"conversationId":${quoted(conversationId)},"position":"${position}"}`
}

/** Ids that a client chose may hold anything but control characters. */
const quoted = (id: string): string => (plain.test(id) ? `"${id}"` : JSON.stringify(id))

const plain = /^[\w.:-]*$/
