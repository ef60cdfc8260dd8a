import type { Position, TopicPartition } from '../../../contract/record.ts'
import type { Aborted } from '../records/batch-reader.ts'
import type { WireRequest } from './kafka-node.ts'
import { wireRequest } from './wire-request.ts'

export interface FetchLimits {
  /** How long the broker may wait for the first record. */
  readonly waitMs: number
  readonly bytes: number
  readonly bytesPerPartition: number
}

export interface FetchAnswer extends TopicPartition {
  readonly errorCode: number
  /** Records below it are on all replicas in sync, and belong to no open transaction. */
  readonly stable: number
  readonly aborted: readonly Aborted[]
  /** Record batches, the last of them perhaps cut off. */
  readonly bytes: Buffer
}

const readCommitted = 1

/**
 * Fetch, version 11. kafkajs's own cannot pass a batch that compaction emptied, throws when one partition of many
 * fails, checks no checksum, and decodes at half the speed.
 */
export function fetchRequest(
  positions: readonly Position[],
  { waitMs, bytes, bytesPerPartition }: FetchLimits,
): WireRequest<readonly FetchAnswer[]> {
  const byTopic = Map.groupBy(positions, ({ topic }) => topic)
  return wireRequest(
    { key: 1, version: 11, name: 'Fetch' },
    waitMs + 5_000,
    (out) => {
      out.int32(-1) // a consumer, not a replica
      out.int32(waitMs)
      out.int32(1)
      out.int32(bytes)
      out.int8(readCommitted)
      out.int32(0) // no session
      out.int32(-1)
      out.int32(byTopic.size)
      for (const [topic, partitions] of byTopic) {
        out.string(topic)
        out.int32(partitions.length)
        for (const { partition, offset } of partitions) {
          out.int32(partition)
          out.int32(-1) // whatever the leader's epoch
          out.int64(offset)
          out.int64(-1)
          out.int32(bytesPerPartition)
        }
      }
      out.int32(0) // nothing to forget
      out.string('') // no rack
    },
    (answer) => {
      answer.at += 10 // throttle time, the session's error, its id
      return answer
        .array(() => {
          const topic = answer.string() ?? ''
          return answer.array((): FetchAnswer => {
            const partition = answer.int32()
            const errorCode = answer.int16()
            answer.int64() // the high watermark
            const stable = answer.int64()
            answer.int64() // where the log begins
            const aborted = answer.array(() => ({
              producerId: answer.bigint(),
              firstOffset: answer.int64(),
            }))
            answer.int32() // a replica that would be nearer
            const length = answer.int32()
            const bytes = answer.view(Math.max(0, length))
            return { topic, partition, errorCode, stable, aborted, bytes }
          })
        })
        .flat()
    },
  )
}
