import type { Connection } from './connection.ts'
import { kafkaError } from './kafka-error.ts'
import type { KafkaNode } from './kafka-node.ts'

/** What says that the coordinator is another by now, or is not ready. */
const moved: ReadonlySet<string | undefined> = new Set([
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
])

/** The node that keeps a group, looked for again when it is lost or says that it is another. */
export class Coordinator {
  readonly #connection: Connection
  readonly #groupId: string
  /** By its id, because a node that was lost comes back as another object. */
  #nodeId: string | null = null

  constructor(connection: Connection, groupId: string) {
    this.#connection = connection
    this.#groupId = groupId
  }

  /** Rejects as the question does; the next one may then go to another node. */
  async ask<Answer>(question: (node: KafkaNode) => Promise<Answer>): Promise<Answer> {
    let isFound = false
    const found = (nodeId: string) => {
      isFound = true
      this.#nodeId = nodeId
    }
    try {
      return await this.#connection.askCoordinator(this.#groupId, this.#nodeId, found, question)
    } catch (error) {
      const { isTransport, type } = kafkaError(error)
      if (!isFound || isTransport || moved.has(type)) this.#nodeId = null
      throw error
    }
  }
}
