import type { TopicPartition } from '../../../contract/record.ts'
import type { Connection } from '../wire/connection.ts'
import type { KafkaNode } from '../wire/kafka-node.ts'

/** What a reader needs of its connection. */
export interface FetchLink extends Pick<Connection, 'leader' | 'refresh' | 'refreshIfOld'> {
  ask<Answer>(
    nodeId: string,
    led: readonly TopicPartition[],
    question: (
      node: Pick<KafkaNode, 'nodeId' | 'connectionPool' | 'listOffsets'>,
    ) => Promise<Answer>,
  ): Promise<Answer>
}
