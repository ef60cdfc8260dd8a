import type { Cluster, Kafka } from 'kafkajs'
import { ByteWriter } from '../../../topology/adapters/kafka/records/byte-writer.ts'
import type { WireRequest } from '../../../topology/adapters/kafka/wire/kafka-node.ts'

/** Three nodes behind kafkajs's own objects; partition p of the topic `t` is led by the p-th that is there. */
export interface ScriptedCluster {
  /** Each consumer that is made of it has connections of its own. */
  readonly kafka: Kafka
  /** Whom something other than which nodes are there was asked for, in order. */
  readonly asked: string[]
  /** From now on nothing is answered by this node, and connecting to it does not end. */
  silence(nodeId: string): void
  /** From now on the others do not name it. */
  bury(nodeId: string): void
}

export function scriptedCluster(): ScriptedCluster {
  const living = new Set(['1', '2', '3'])
  const silent = new Set<string>()
  const asked: string[] = []

  function nodeOf(nodeId: string) {
    const waiting: ((error: Error) => void)[] = []
    const send = <Answer>({ response }: WireRequest<Answer>): Promise<Answer> => {
      if (silent.has(nodeId)) return new Promise((_, reject) => waiting.push(reject))
      return response.decode(nodesAnswer(living))
    }
    const rejectRequests = (error: Error) => {
      for (const reject of waiting.splice(0)) reject(error)
    }
    const never = () => new Promise(() => {})
    return {
      nodeId,
      connectionPool: { host: 'scripted', port: Number(nodeId), send, pool: [{ rejectRequests }] },
      disconnect: async () => {},
      joinGroup: never,
      syncGroup: never,
      heartbeat: never,
      leaveGroup: never,
      listOffsets: never,
      initProducerId: never,
    }
  }

  function clusterOf() {
    const nodes = new Map<string, ReturnType<typeof nodeOf>>()
    let named: readonly string[] = []
    const refreshMetadata = async () => {
      named = [...living]
    }
    return {
      connect: async () => {},
      disconnect: async () => {},
      refreshMetadata,
      refreshMetadataIfNecessary: refreshMetadata,
      addMultipleTargetTopics: refreshMetadata,
      getNodeIds: () => named,
      findTopicPartitionMetadata: () =>
        [0, 1, 2].map((partitionId) => ({ partitionId, leader: Number(named[partitionId] ?? -1) })),
      findBroker({ nodeId }: { readonly nodeId: string }) {
        asked.push(nodeId)
        if (!nodes.has(nodeId) && silent.has(nodeId)) return new Promise(() => {})
        const node = nodes.get(nodeId) ?? nodeOf(nodeId)
        nodes.set(nodeId, node)
        return Promise.resolve(node)
      },
      removeBroker: ({ port }: { readonly port: number }) => void nodes.delete(String(port)),
    }
  }

  const kafka = {
    consumer({ partitionAssigners: [assigner] }: Assigning) {
      assigner?.({ cluster: clusterOf() as unknown as Cluster })
    },
  }
  return {
    // As much of it as a connection takes.
    kafka: kafka as unknown as Kafka,
    asked,
    silence: (nodeId) => void silent.add(nodeId),
    bury: (nodeId) => void living.delete(nodeId),
  }
}

interface Assigning {
  readonly partitionAssigners: readonly ((of: { readonly cluster: Cluster }) => unknown)[]
}

/** Metadata of no topic, version 5. */
function nodesAnswer(living: ReadonlySet<string>): Buffer {
  const answer = new ByteWriter(128)
  answer.int32(0)
  answer.int32(living.size)
  for (const id of living) {
    answer.int32(Number(id))
    answer.string('scripted')
    answer.int32(Number(id))
    answer.int16(-1) // no rack
  }
  return answer.view()
}
