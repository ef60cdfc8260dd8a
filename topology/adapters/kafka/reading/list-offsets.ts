import type { Position, TopicPartition } from '../../../contract/record.ts'
import { kafkaFaults } from '../kafka-faults.ts'
import type { FetchLink } from './fetch-link.ts'

/** Instead of a time: where the log begins, and the offset that the next record will get. */
export const earliest = -2
export const next = -1

const readCommitted = 1
const attempts = 8
const restMs = 150

/**
 * The first offset that is not older than `timestampMs`, or -1, of each of these partitions. Asks again while
 * leaders move, for about a second; then throws C4A_BROKER_UNREACHABLE.
 */
export async function listOffsets(
  connection: FetchLink,
  partitions: readonly TopicPartition[],
  timestampMs: number,
): Promise<readonly Position[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const byNode = Map.groupBy(partitions, (at) => led(connection, at))
      const answers = await Promise.all(
        [...byNode].map(([nodeId, led]) => ask(connection, nodeId, led, timestampMs)),
      )
      return answers.flat()
    } catch (error) {
      if (attempt === attempts) {
        throw kafkaFaults.of('Kafka does not tell how far its partitions are', error)
      }
      await new Promise((resolve) => setTimeout(resolve, restMs))
      await connection.refresh().catch(() => {})
    }
  }
}

function led(connection: FetchLink, at: TopicPartition): string {
  const leader = connection.leader(at)
  if (leader === undefined) throw new Error(`${at.topic}/${at.partition} has no leader now`)
  return leader
}

async function ask(
  connection: FetchLink,
  nodeId: string,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<readonly Position[]> {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, each]) => ({
    topic,
    partitions: each.map(({ partition }) => ({ partition, timestamp })),
  }))
  const request = { replicaId: -1, isolationLevel: readCommitted, topics }
  const { responses } = await connection.ask(nodeId, partitions, (node) =>
    node.listOffsets(request),
  )
  return responses.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
  )
}
