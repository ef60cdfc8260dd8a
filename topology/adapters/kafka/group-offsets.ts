import type { Position } from '../../contract/record.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { kafkaFaults } from './kafka-faults.ts'
import type { Connection } from './wire/connection.ts'
import { Coordinator } from './wire/coordinator.ts'
import { kafkaError } from './wire/kafka-error.ts'
import type { KafkaNode } from './wire/kafka-node.ts'

const attempts = 20
const restMs = 200

/** A group's offsets, from outside of it. */
export class GroupOffsets {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  committed(group: string): Promise<readonly Position[]> {
    return this.#ask(`The offsets of group '${group}' cannot be read`, group, async (node) => {
      // No topics stands for all.
      const { responses } = await node.offsetFetch({ groupId: group, topics: [] })
      return responses
        .flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
        )
        .filter(({ offset }) => offset >= 0)
    })
  }

  /** Throws C4A_GROUP_ACTIVE while the group has members. */
  async set(group: string, positions: readonly Position[]): Promise<void> {
    if (positions.length === 0) return
    await this.#connection.learn(new Set(positions.map(({ topic }) => topic)))
    await this.#ask(`The offsets of group '${group}' cannot be set`, group, async (node) => {
      try {
        await node.offsetCommit({
          groupId: group,
          // From outside: the broker takes it from nobody in particular, and only while nobody is in the group.
          groupGenerationId: -1,
          memberId: '',
          topics: [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, each]) => ({
            topic,
            partitions: each.map(({ partition, offset }) => ({ partition, offset: `${offset}` })),
          })),
        })
      } catch (error) {
        const { type } = kafkaError(error)
        if (type !== 'UNKNOWN_MEMBER_ID' && type !== 'REBALANCE_IN_PROGRESS') throw error
        throw logFaults.groupActive(group, await membersOf(node, group))
      }
    })
  }

  async #ask<Answer>(
    what: string,
    groupId: string,
    question: (node: KafkaNode) => Promise<Answer>,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await new Coordinator(this.#connection, groupId).ask(question)
      } catch (error) {
        const known = kafkaFaults.of(what, error)
        if (attempt === attempts || known.code !== 'C4A_BROKER_UNREACHABLE') throw known
        await new Promise((resolve) => setTimeout(resolve, restMs))
        await this.#connection.refresh().catch(() => {})
      }
    }
  }
}

async function membersOf(node: KafkaNode, group: string): Promise<number> {
  const answer: unknown = await node.describeGroups({ groupIds: [group] })
  const groups = isObject(answer) && Array.isArray(answer['groups']) ? answer['groups'] : []
  const members: unknown = isObject(groups[0]) ? groups[0]['members'] : []
  return Array.isArray(members) ? members.length : 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
