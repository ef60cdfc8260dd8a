import type { Cluster, Kafka } from 'kafkajs'

/**
 * kafkajs hands its cluster to whoever makes an assigner, and to nobody else: so a consumer is made that never runs.
 */
export function openCluster(kafka: Kafka): Cluster {
  let found: Cluster | undefined
  kafka.consumer({
    groupId: 'none',
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        return { name: 'none', version: 0, assign: async () => [], protocol: () => nobody }
      },
    ],
  })
  if (!found) throw new Error('kafkajs is not 2.2.4: it makes assigners later')
  return found
}

const nobody = { name: 'none', metadata: Buffer.alloc(0) }
