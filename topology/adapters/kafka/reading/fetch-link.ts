import type { Connection } from '../wire/connection.ts'
import type { KafkaNode } from '../wire/kafka-node.ts'

/** What a reader needs of its connection. */
export interface FetchLink
  extends Pick<Connection, 'leader' | 'refresh' | 'refreshIfOld' | 'failed'> {
  node(nodeId: string): Promise<Pick<KafkaNode, 'nodeId' | 'connectionPool' | 'listOffsets'>>
}
