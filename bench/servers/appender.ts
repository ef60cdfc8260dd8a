import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import { answerParent } from '../harness/answer-parent.ts'

/** Appends as many records of a size as asked for, and answers how many a second were acknowledged. */
const perCall = 1_000
/** Calls under way: so many batches of a stage wait for their acknowledgement at most. */
const callers = 4
/** Keys enough that all partitions get their share. */
const keys = Array.from({ length: 1_000 }, (_, n) => `default/c_${n}`)

const brokers = (process.env['C4A_KAFKA_BROKERS'] ?? '').split(',')
const broker = await kafkaBroker({ brokers, clientId: 'chat4all-bench' })
answerParent({ ready: true }, () => broker.close(), {
  append: ({ topic, records, size }) => append(String(topic), Number(records), Number(size)),
})

async function append(topic: string, total: number, size: number): Promise<number> {
  const value = new Uint8Array(size).fill(65)
  const batch = Array.from({ length: perCall }, (_, n): NewRecord => {
    return { topic, key: keys[n % keys.length] ?? '', value, headers: {} }
  })
  let left = total
  const startMs = performance.now()
  const caller = async () => {
    while (left > 0) {
      left -= perCall
      await broker.append(batch)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return (total / (performance.now() - startMs)) * 1_000
}
