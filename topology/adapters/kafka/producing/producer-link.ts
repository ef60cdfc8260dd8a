import type { TopicPartition } from '../../../contract/record.ts'
import type { Connection } from '../wire/connection.ts'
import type { KafkaNode } from '../wire/kafka-node.ts'

/** What a producer needs of a node. */
export type ProducingNode = Pick<KafkaNode, 'nodeId' | 'connectionPool' | 'initProducerId'>

/** What a producer needs of its connection. */
export interface ProducerLink
  extends Pick<Connection, 'partitions' | 'leader' | 'learn' | 'refresh'> {
  ask<Answer>(
    nodeId: string,
    led: readonly TopicPartition[],
    question: (node: ProducingNode) => Promise<Answer>,
  ): Promise<Answer>
  askAny<Answer>(question: (node: ProducingNode) => Promise<Answer>): Promise<Answer>
}
