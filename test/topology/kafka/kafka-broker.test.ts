import { test } from 'node:test'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import type { KafkaOptions } from '../../../topology/adapters/kafka/kafka-options.ts'
import { brokerConformance } from '../../conformance/broker.ts'
import { testKafka } from './test-kafka.ts'

const { brokers, options } = testKafka()

if (brokers.length === 0) {
  test('the broker suite on Kafka', {
    skip: 'left out: C4A_TEST_KAFKA names no brokers (host:port,...)',
  })
} else {
  const open = (more: Partial<KafkaOptions> = {}) =>
    kafkaBroker({ ...options, heartbeatMs: 200, ...more })
  brokerConformance('kafka', async (t) => {
    const broker = await open()
    t.after(() => broker.close())
    return {
      broker,
      async reopen() {
        const again = await open()
        t.after(() => again.close())
        return again
      },
    }
  })
}
