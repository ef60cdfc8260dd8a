import type { Connection } from '../wire/connection.ts'
import type { KafkaNode } from '../wire/kafka-node.ts'

/** What a producer needs of a node. */
export type ProducingNode = Pick<KafkaNode, 'nodeId' | 'connectionPool' | 'initProducerId'>

/** What a producer needs of its connection. */
export interface ProducerLink
  extends Pick<Connection, 'partitions' | 'leader' | 'learn' | 'refresh' | 'failed'> {
  node(nodeId: string): Promise<ProducingNode>
  anyNode(): Promise<ProducingNode>
}
