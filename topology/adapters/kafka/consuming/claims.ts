import { AssignerProtocol } from 'kafkajs'
import type { TopicPartition } from '../../../contract/record.ts'

/** What a member tells the group when it joins: what it wants to read, and what it owns at that moment. */
export interface Claims {
  readonly memberId: string
  readonly topics: readonly string[]
  readonly owned: readonly TopicPartition[]
}

const version = 1

export function writeClaims({ topics, owned }: Omit<Claims, 'memberId'>): Buffer {
  const userData = Buffer.from(JSON.stringify(byTopic(owned)))
  return AssignerProtocol.MemberMetadata.encode({ version, topics: [...topics], userData })
}

/** A member whose data cannot be read owns nothing. */
export function readClaims(memberId: string, metadata: Buffer): Claims {
  const decoded = AssignerProtocol.MemberMetadata.decode(metadata)
  const data: unknown = decoded?.userData.length ? JSON.parse(decoded.userData.toString()) : {}
  return { memberId, topics: decoded?.topics ?? [], owned: ofTopics(data) }
}

export function writeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const assignment = byTopic(partitions)
  return AssignerProtocol.MemberAssignment.encode({
    version,
    assignment,
    userData: Buffer.alloc(0),
  })
}

export function readAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return []
  return ofTopics(AssignerProtocol.MemberAssignment.decode(bytes)?.assignment)
}

function byTopic(partitions: readonly TopicPartition[]): Record<string, number[]> {
  const groups = Map.groupBy(partitions, ({ topic }) => topic)
  return Object.fromEntries(
    [...groups].map(([topic, each]) => [topic, each.map(({ partition }) => partition)]),
  )
}

function ofTopics(data: unknown): TopicPartition[] {
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([topic, partitions]) =>
    Array.isArray(partitions) ? partitions.map((each) => ({ topic, partition: Number(each) })) : [],
  )
}
