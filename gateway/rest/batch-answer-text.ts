import type { Accepted } from '../operations/send.ts'
import type { BatchItem } from '../operations/send-batch.ts'
import { acceptedText } from './accepted-text.ts'

/** The body of a batch's answer, as the schema BatchAnswer has it. */
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
