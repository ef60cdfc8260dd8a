import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { kafkaClient } from '../../../topology/adapters/kafka/kafka-client.ts'
import { kafkaSettings } from '../../../topology/adapters/kafka/kafka-options.ts'
import { Connection } from '../../../topology/adapters/kafka/wire/connection.ts'
import { Coordinator } from '../../../topology/adapters/kafka/wire/coordinator.ts'
import { RollCall } from '../../../topology/adapters/kafka/wire/roll-call.ts'
import {
  join,
  newGroup,
  newTopic,
  progress,
  record,
  recorder,
  text,
} from '../../conformance/broker/broker-fixtures.ts'
import { until } from '../../until.ts'
import { testKafka } from './test-kafka.ts'

const { brokers, options } = testKafka()
const skip = brokers.length === 0 && 'C4A_TEST_KAFKA names no brokers (docs/kafka.md)'

test('a member that the group expelled is told, commits nothing more, and comes back in a later epoch', {
  skip,
}, async (t) => {
  const broker = await kafkaBroker({ ...options, heartbeatMs: 200 })
  t.after(() => broker.close())
  const topic = await newTopic(broker, { partitions: 2 })
  const group = newGroup()
  const member = recorder()
  const consumer = await join(broker, { group, topics: [topic] }, member)
  await until('it has both', () => member.owned.size === 2)
  const at = (partition: number, ...values: string[]) =>
    values.map((value) => ({ ...record(topic, 'k', value), partition }))
  await broker.append([...at(0, 'a', 'b', 'c'), ...at(1, 'd')])
  await until('read', () => member.records.length === 4)
  await consumer.commit([progress(member, topic, 0, 1)])
  const before = [0, 1].map((partition) => progress(member, topic, partition, 2))

  await expel(group)
  await until('it lets go', () => member.log.some((line) => line === 'revoked'))
  await assert.rejects(consumer.commit(before), { code: 'C4A_EPOCH_FENCED' })
  await until('it is back', () => member.owned.size === 2 && member.records.length === 7)
  assert.deepEqual(new Set(member.records.slice(4).map(text)), new Set(['b', 'c', 'd']))
  for (const { partition, epoch } of before) {
    assert.ok((member.owned.get(`${topic}/${partition}`)?.epoch ?? 0) > epoch)
  }
  await assert.rejects(consumer.commit(before), { code: 'C4A_EPOCH_FENCED' })
  await consumer.commit([0, 1].map((partition) => progress(member, topic, partition, 1)))
  assert.deepEqual(
    (await broker.committed(group)).map(({ offset }) => offset),
    [1, 1],
  )
})

/** Somebody else says that all members leave. */
async function expel(group: string): Promise<void> {
  const kafka = kafkaClient(kafkaSettings(options), 5_000)
  const admin = kafka.admin()
  await admin.connect()
  const { groups } = await admin.describeGroups([group])
  await admin.disconnect()
  const connection = new Connection(kafka, () => {}, new Set(), new RollCall())
  await connection.connect()
  await new Coordinator(connection, group).ask(async (node) => {
    for (const { memberId } of groups[0]?.members ?? []) {
      await node.leaveGroup({ groupId: group, memberId })
    }
  })
  await connection.close()
}
