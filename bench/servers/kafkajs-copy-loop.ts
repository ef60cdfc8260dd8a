import { type Consumer, Kafka, logLevel, Partitioners } from 'kafkajs'
import { answerParent } from '../harness/answer-parent.ts'

/**
 * A copy loop as kafkajs 2.2.4 is published, by its documentation (https://kafka.js.org/docs/consuming, eachBatch): each
 * partition's batch is sent on with the same keys, bytes and headers, by an idempotent producer that waits for all copies in
 * sync, and offsets are committed every 50 ms. Nothing of ours is beneath it.
 */
const brokers = (process.env['C4A_KAFKA_BROKERS'] ?? '').split(',')
const kafka = new Kafka({ brokers, clientId: 'chat4all-bench-kafkajs', logLevel: logLevel.WARN })
const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  // Its default; named, it says nothing about it.
  createPartitioner: Partitioners.DefaultPartitioner,
})
await producer.connect()
let consumer: Consumer | undefined
answerParent({ ready: true }, () => halt().then(() => producer.disconnect()), {
  async resume({ group, from, to }) {
    consumer = await copy(String(group), String(from), String(to))
    return true
  },
  async halt() {
    await halt()
    return true
  },
})

async function copy(group: string, from: string, to: string): Promise<Consumer> {
  const reader = kafka.consumer({ groupId: group, maxWaitTimeInMs: 250 })
  await reader.connect()
  await reader.subscribe({ topics: [from], fromBeginning: true })
  await reader.run({
    autoCommitInterval: 50,
    partitionsConsumedConcurrently: 12,
    async eachBatch({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) {
      const messages = batch.messages.map(({ key, value, headers }) => {
        return headers ? { key, value, headers } : { key, value }
      })
      await producer.send({ topic: to, acks: -1, messages })
      resolveOffset(batch.lastOffset())
      await commitOffsetsIfNecessary()
      await heartbeat()
    },
  })
  return reader
}

async function halt(): Promise<void> {
  await consumer?.disconnect()
  consumer = undefined
}
