import type { TopicPartition } from '../../../contract/record.ts'
import type { WireRequest } from '../wire/kafka-node.ts'
import { wireRequest } from '../wire/wire-request.ts'

export interface ProduceBatch extends TopicPartition {
  readonly bytes: Buffer
}

export interface ProduceAnswer extends TopicPartition {
  readonly errorCode: number
  /** Of the batch's first record. */
  readonly baseOffset: number
}

const allInSync = -1
/** Of a request beside its batches; and of each batch beside its bytes and its topic's name. */
const overhead = 64
const batchOverhead = 16

/**
 * Produce, version 7, acknowledged by all replicas in sync. kafkajs's own throws when one partition fails, and then
 * nobody knows which of the others were written.
 */
export function produceRequest(
  batches: readonly ProduceBatch[],
  timeoutMs: number,
): WireRequest<readonly ProduceAnswer[]> {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic)
  return wireRequest(
    { key: 0, version: 7, name: 'Produce' },
    // The broker answers within `timeoutMs`, or it is not there.
    timeoutMs + 2_000,
    (out) => {
      out.string(null) // no transaction
      out.int16(allInSync)
      out.int32(timeoutMs)
      out.int32(byTopic.size)
      for (const [topic, partitions] of byTopic) {
        out.string(topic)
        out.int32(partitions.length)
        for (const { partition, bytes } of partitions) {
          out.int32(partition)
          out.int32(bytes.length)
          out.raw(bytes)
        }
      }
    },
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
    batches.reduce(
      (sum, { topic, bytes }) => sum + bytes.length + topic.length + batchOverhead,
      overhead,
    ),
  )
}
