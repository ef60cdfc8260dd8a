import type { Position, TopicPartition } from '../../../contract/record.ts'
import { kafkaFaults } from '../kafka-faults.ts'
import { hasMoved } from '../wire/kafka-error.ts'
import type { FetchLink } from './fetch-link.ts'

/** Instead of a time: where the log begins, and the offset that the next record will get. */
export const earliest = -2
export const next = -1

const readCommitted = 1
const restMs = 150
/** For about a second where a node does not answer. */
const attempts = 8
/**
 * For about ten seconds where it answers that another leads: somebody is elected, or a topic is new and its leaders,
 * when they are busy, have not heard of it. Java's client waits for a minute (`default.api.timeout.ms`).
 */
const attemptsWhileMoving = 65

/**
 * The first offset that is not older than `timestampMs`, or -1, of each of these partitions. Asks again while
 * leaders move or are silent; then throws C4A_BROKER_UNREACHABLE.
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
      if (attempt >= (isMoving(error) ? attemptsWhileMoving : attempts)) {
        throw kafkaFaults.of('Kafka does not tell how far its partitions are', error)
      }
      await new Promise((resolve) => setTimeout(resolve, restMs))
      await connection.refresh().catch(() => {})
    }
  }
}

function led(connection: FetchLink, at: TopicPartition): string {
  const leader = connection.leader(at)
  if (leader === undefined) throw new NoLeader(`${at.topic}/${at.partition} has no leader now`)
  return leader
}

class NoLeader extends Error {}

/** kafkajs gives the protocol's number as `code`; what the system threw has a word there. */
function isMoving(error: unknown): boolean {
  if (error instanceof NoLeader) return true
  if (!(error instanceof Error && 'code' in error)) return false
  return typeof error.code === 'number' && hasMoved(error.code)
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
