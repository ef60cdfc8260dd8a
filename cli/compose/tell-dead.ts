import { headerNames } from '../../domain/headers.ts'
import { conversationKey } from '../../domain/keys.ts'
import type { Rejection } from '../../schemas/types.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import type { Codec } from '../../topology/ports/codec.ts'
import type { DeadLetter } from '../../topology/runner/dead-letter.ts'

/** Stages that only tell what became of a message: what they cannot handle ends nothing. */
const onlooking: readonly string[] = ['normalize', 'status-update', 'directory', 'notify', 'post']

/**
 * A message that a stage buried ends as rejected, so that its sender can see it: the headers that every record
 * carries are enough, even where nothing can read the record. What platforms sent has no such headers.
 * @param topic carries Rejection
 */
export function tellDead(
  { stages, topics }: Pick<Pipeline, 'stages' | 'topics'>,
  codec: Codec,
  topic: string,
): (letter: DeadLetter) => readonly NewRecord[] {
  // A pipeline of one's own may have no rejections; a dead letter must not wait for a topic that is not there.
  if (!topics[topic]) return () => []
  return (letter) => {
    const { stageId, headers } = letter
    const use = stages[stageId]?.use ?? ''
    const tenant = headers[headerNames.tenant]
    const messageId = headers[headerNames.messageId]
    const conversationId = headers[headerNames.conversation]
    if (!tenant || !messageId || !conversationId || onlooking.includes(use)) return []
    const rejection: Rejection = {
      messageId,
      submissionId: headers[headerNames.submissionId] ?? '',
      tenant,
      conversationId,
      // Only the gateway writes these headers, and only for clients.
      direction: 'outbound',
      scope: 'message',
      stage: stageId,
      reason: unreadable.includes(letter.code) ? 'undecodable' : 'internal',
      detail: detailOf(letter),
      rejectedAt: letter.nowMs,
    }
    const key = conversationKey(tenant, conversationId)
    return [{ topic, key, value: codec.encode('Rejection', rejection), headers }]
  }
}

const unreadable: readonly string[] = ['C4A_RECORD_UNDECODABLE', 'C4A_SCHEMA_UNKNOWN']

/** The sentences of our own errors are made to be read; what any other error says may not be for senders. */
const detailOf = ({ stageId, code, reason }: DeadLetter): string =>
  code === 'C4A_STAGE_FAILED'
    ? `Stage '${stageId}' failed on it; the record is kept in its dead letters.`
    : reason
