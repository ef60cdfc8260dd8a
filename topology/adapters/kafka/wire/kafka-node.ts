import type { Broker } from 'kafkajs'

/**
 * One broker of the cluster, as kafkajs connects it: sockets, TLS, SASL and the older requests are kafkajs's own.
 * Its published types leave out what is named here.
 */
export interface KafkaNode extends Broker {
  readonly nodeId: number | string
  readonly connectionPool: {
    readonly host: string
    readonly port: number
    /** Fetches have a connection of their own, so that their waiting holds nothing up. */
    send<Answer>(request: WireRequest<Answer>): Promise<Answer>
  }
  joinGroup(request: {
    readonly groupId: string
    readonly sessionTimeout: number
    readonly rebalanceTimeout: number
    readonly memberId: string
    readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[]
  }): Promise<JoinAnswer>
  syncGroup(request: {
    readonly groupId: string
    readonly generationId: number
    readonly memberId: string
    readonly groupAssignment: readonly {
      readonly memberId: string
      readonly memberAssignment: Buffer
    }[]
  }): Promise<{ readonly memberAssignment: Buffer }>
  heartbeat(request: {
    readonly groupId: string
    readonly groupGenerationId: number
    readonly memberId: string
  }): Promise<unknown>
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>
  listOffsets(request: {
    readonly replicaId: number
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[]
    }[]
  }): Promise<OffsetsAnswer>
  initProducerId(request: { readonly transactionTimeout: number }): Promise<{
    readonly producerId: string
    readonly producerEpoch: number
  }>
}

export interface JoinAnswer {
  readonly generationId: number
  readonly leaderId: string
  readonly memberId: string
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]
}

export interface OffsetsAnswer {
  readonly responses: readonly {
    readonly topic: string
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
  }[]
}

/** A request that is written and read here, sent through kafkajs's connection. */
export interface WireRequest<Answer> {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
  }
  readonly response: {
    decode(bytes: Buffer): Promise<Answer>
    parse(answer: Answer): Promise<Answer>
  }
  readonly requestTimeout: number
}

const beyondTheTypes = [
  'joinGroup',
  'syncGroup',
  'heartbeat',
  'leaveGroup',
  'listOffsets',
  'initProducerId',
] as const

/** Throws when kafkajs is not the one that is pinned. */
export function kafkaNode(broker: Broker): KafkaNode {
  if (!isKafkaNode(broker)) throw new Error('kafkajs is not 2.2.4: its Broker has another shape')
  return broker
}

/** Closes the node's connections; what is under way over them, and perhaps never answered, is rejected as closed. */
export function closeNow(node: KafkaNode, why: string): void {
  const pool: unknown = Reflect.get(node.connectionPool, 'pool')
  for (const connection of Array.isArray(pool) ? pool : []) {
    connection.rejectRequests(closedBecause(node.nodeId, why))
  }
  node.disconnect().catch(() => {}) // whoever needs it connects anew
}

/** As kafkajs says it of a connection that it closes itself. */
export function closedBecause(nodeId: number | string, why: string): Error {
  const closed = new Error(`The connection to node ${nodeId} was closed: ${why}`)
  closed.name = 'KafkaJSConnectionClosedError'
  return closed
}

function isKafkaNode(broker: Broker): broker is KafkaNode {
  const has = (name: string) => typeof Reflect.get(broker, name) === 'function'
  return beyondTheTypes.every(has) && 'connectionPool' in broker
}
