import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { kafkaClient } from '../../../topology/adapters/kafka/kafka-client.ts'
import { type KafkaOptions, kafkaSettings } from '../../../topology/adapters/kafka/kafka-options.ts'
import { type CodecName, codecs } from '../../../topology/adapters/kafka/records/codecs.ts'
import { all, newTopic, record, text } from '../../conformance/broker/broker-fixtures.ts'
import { brokerConformance } from '../../conformance/broker.ts'
import { until } from '../../until.ts'
import { testKafka } from './test-kafka.ts'

const { brokers, options } = testKafka()

if (brokers.length === 0) {
  test('the broker suite on Kafka', {
    skip: 'C4A_TEST_KAFKA names no brokers (docs/kafka.md)',
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

  // Our codec with the broker's own, written by Java: each must read the other's.
  for (const compression of Object.keys(codecs).filter(isCodec)) {
    test(`Kafka keeps what is compressed with ${compression}, and compresses with it itself`, async (t) => {
      for (const more of [
        { compression },
        {
          topicConfig: {
            'compression.type': compression === 'none' ? 'uncompressed' : compression,
          },
        },
      ]) {
        const broker = await open(more)
        t.after(() => broker.close())
        const topic = await newTopic(broker, { partitions: 1 })
        const values = Array.from({ length: 300 }, (_, i) => `${i} ${'lorem ipsum '.repeat(i)}`)
        await broker.append(values.map((value) => record(topic, 'k', value)))
        assert.deepEqual((await all(broker, topic)).map(text), values)
      }
    })
  }

  test('Kafka keeps the settings of a topic that ensureTopics does not name', async (t) => {
    const broker = await open()
    t.after(() => broker.close())
    const name = await newTopic(broker, { retentionMs: 1_000_000 })
    const spec = { name, partitions: 4, cleanup: 'delete', retentionMs: 2_000_000 } as const
    await broker.ensureTopics([spec])
    const admin = kafkaClient(kafkaSettings(options), 5_000).admin()
    t.after(() => admin.disconnect())
    await admin.connect()
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: 2, name, configNames: ['segment.ms', 'retention.ms', 'min.insync.replicas'] },
      ],
    })
    const values = resources[0]?.configEntries.map(({ configName, configValue }) => [
      configName,
      configValue,
    ])
    assert.deepEqual(Object.fromEntries(values ?? []), {
      'segment.ms': '200',
      'retention.ms': '2000000',
      'min.insync.replicas': `${options.minInSync}`,
    })
  })

  test('settings reach topics that are a moment old, whichever broker is asked', async (t) => {
    const broker = await open()
    t.after(() => broker.close())
    const ages = Array.from({ length: 20 }, (_, nth) => 1_000_000 + nth)
    const specs = await Promise.all(
      ages.map(async (retentionMs) => {
        const name = await newTopic(broker, { retentionMs: 5_000 })
        const spec = { name, partitions: 4, cleanup: 'delete', retentionMs } as const
        await broker.ensureTopics([spec])
        return spec
      }),
    )
    // Each broker hears of a change in its own time.
    await until('every topic has its settings', async () => {
      const listed = new Map((await broker.topics()).map((topic) => [topic.name, topic]))
      return specs.every(({ name, retentionMs }) => listed.get(name)?.retentionMs === retentionMs)
    })
  })

  test('what never answers is an error that may pass, and says where it looked', async () => {
    const away = kafkaBroker({ ...options, brokers: ['127.0.0.1:1'] })
    await assert.rejects(away, { code: 'C4A_BROKER_UNREACHABLE', message: /127\.0\.0\.1:1/ })
  })
}

function isCodec(name: string): name is CodecName {
  return name in codecs
}
