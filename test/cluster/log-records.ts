import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'

/** How many records each topic of the pipeline has had. */
export async function logRecords(
  environment: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, number>> {
  const brokers = (environment['C4A_KAFKA_BROKERS'] ?? '').split(',')
  const broker = await kafkaBroker({ brokers, clientId: 'chat4all-test' })
  try {
    const counts = new Map<string, number>()
    for (const { name } of await broker.topics()) {
      const ends = await broker.ends(name)
      counts.set(
        name,
        ends.reduce((sum, { next }) => sum + next, 0),
      )
    }
    return counts
  } finally {
    await broker.close()
  }
}
