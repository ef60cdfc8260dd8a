import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import type { KafkaOptions } from '../../../topology/adapters/kafka/kafka-options.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import {
  join,
  newGroup,
  newTopic,
  record,
  recorder,
  text,
} from '../../conformance/broker/broker-fixtures.ts'
import { until } from '../../until.ts'
import { password, securedBroker, username } from './secured-broker.ts'

const wanted = process.env['C4A_TEST_KAFKA_FAULTS'] === '1'
const skip = wanted ? false : 'C4A_TEST_KAFKA_FAULTS=1 starts a secured broker of its own'

test('a broker that asks for TLS and a password is spoken to in every way, and nothing tells the password', {
  skip,
  timeout: 150_000,
}, async (t) => {
  const { address, ca } = await securedBroker(t)
  const said: string[] = []
  const options = (change: Partial<KafkaOptions>): KafkaOptions => ({
    brokers: [address],
    clientId: 'secured',
    replication: 1,
    minInSync: 1,
    tls: { ca },
    log: (...words) => said.push(JSON.stringify(words)),
    ...change,
  })
  const plain = { mechanism: 'plain', username, password } as const
  await until('it serves', () =>
    kafkaBroker(options({ sasl: plain })).then(
      (broker) => broker.close().then(() => true),
      () => false,
    ),
  )

  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
    const broker = await kafkaBroker(options({ sasl: { ...plain, mechanism } }))
    const topic = await newTopic(broker, { partitions: 1 })
    await broker.append([record(topic, 'k', mechanism)])
    const member = recorder()
    await join(broker, { group: newGroup(), topics: [topic] }, member)
    await until('read', () => member.records.length === 1)
    assert.equal(text(member.records[0]), mechanism)
    await broker.close()
  }

  const refused: Readonly<Record<string, Partial<KafkaOptions>>> = {
    'a wrong password': { sasl: { ...plain, password: `${password}!` } },
    'a wrong name': { sasl: { ...plain, mechanism: 'scram-sha-512', username: 'nobody' } },
    'no password': {},
    'a certificate that nobody vouches for': { sasl: plain, tls: true },
  }
  for (const [name, change] of Object.entries(refused)) {
    await assert.rejects(kafkaBroker(options(change)), (error) => {
      assert.ok(error instanceof Chat4AllError, name)
      assert.equal(error.code, 'C4A_BROKER_UNREACHABLE', name)
      assert.ok(!error.message.includes(password), name)
      return true
    })
  }
  assert.ok(!said.some((line) => line.includes(JSON.stringify(password).slice(1, -1))))
})
