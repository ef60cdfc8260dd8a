import type { KafkaOptions } from '../../../topology/adapters/kafka/kafka-options.ts'

/** The brokers that tests may use, from C4A_TEST_KAFKA (`host:port,...`), and options that fit their number. */
export function testKafka(): {
  readonly brokers: readonly string[]
  readonly options: KafkaOptions
} {
  const brokers = (process.env['C4A_TEST_KAFKA'] ?? '').split(',').filter(Boolean)
  const options = {
    brokers,
    clientId: 'chat4all-test',
    replication: Math.min(3, brokers.length),
    minInSync: Math.min(2, brokers.length),
    // So that what Kafka cleans up it cleans up soon: it leaves the segment alone that is written to.
    topicConfig: { 'segment.ms': '200', 'min.cleanable.dirty.ratio': '0.01' },
  }
  return { brokers, options }
}
