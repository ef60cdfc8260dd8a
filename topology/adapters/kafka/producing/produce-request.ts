import type { TopicPartition } from '../../../contract/record.ts'
import type { WireRequest } from '../wire/kafka-node.ts'
import type { RequestBody } from '../wire/request-body.ts'
import { wireRequest } from '../wire/wire-request.ts'

export interface ProduceAnswer extends TopicPartition {
  readonly errorCode: number
  /** Of the batch's first record. */
  readonly baseOffset: number
}

/**
 * Produce, version 7, of a `ProduceBody`. kafkajs's own throws when one partition fails, and then
 * nobody knows which of the others were written.
 * @param timeoutMs as the body has it
 */
export function produceRequest(
  body: RequestBody,
  timeoutMs: number,
): WireRequest<readonly ProduceAnswer[]> {
  return wireRequest(
    { key: 0, version: 7, name: 'Produce' },
    // The broker answers within `timeoutMs`, or it is not there.
    timeoutMs + 2_000,
    body,
    (answer) =>
      answer
        .array(() => {
          const topic = answer.string() ?? ''
          return answer.array(() => {
            const partition = answer.int32()
            const errorCode = answer.int16()
            const baseOffset = answer.int64()
            answer.at += 16 // when it was appended, and where the log begins
            return { topic, partition, errorCode, baseOffset }
          })
        })
        .flat(),
  )
}
