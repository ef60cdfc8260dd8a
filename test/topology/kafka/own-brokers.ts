import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseEnv, promisify } from 'node:util'
import { kafkaBroker } from '../../../topology/adapters/kafka/kafka-broker.ts'
import { kafkaClient } from '../../../topology/adapters/kafka/kafka-client.ts'
import { type KafkaLog, kafkaSettings } from '../../../topology/adapters/kafka/kafka-options.ts'
import type { Broker } from '../../../topology/ports/broker.ts'

const agreedMs = 2_000

const command = join(import.meta.dirname, '..', '..', 'services', 'run.ts')

export interface OwnBrokers {
  readonly addresses: readonly string[]
  /** One process's connection to them, which tells `log`; closed before they go. */
  open(log?: KafkaLog): Promise<Broker>
  /** Does to a broker (`kafka-1` to `kafka-3`) what a verb of `npm run services` says. */
  fault(verb: 'kill' | 'start' | 'pause' | 'resume', broker: string): Promise<void>
  /** Resolves when every replica of the topic, and of what groups are kept in, is in sync: then one broker may be lost. */
  inSync(topic: string): Promise<void>
}

/** Three brokers that nobody else uses, so that they can be killed; gone when the test ends. */
export async function ownBrokers(t: TestContext): Promise<OwnBrokers> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-brokers-'))
  const services = async (...args: string[]) => {
    const env = { ...process.env, C4A_SERVICES_FOLDER: folder }
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { env })
    return stdout
  }
  const opened: Broker[] = []
  t.after(async () => {
    await Promise.allSettled(opened.map((broker) => broker.close()))
    await services('down', 'kafka')
  })
  await services('up', 'kafka')
  const found = parseEnv(await services('env'))
  const addresses = (found['C4A_TEST_KAFKA'] ?? '').split(',')
  return {
    addresses,
    async open(log = () => {}) {
      const broker = await kafkaBroker({ brokers: addresses, clientId: 'chat4all-test', log })
      opened.push(broker)
      return broker
    },
    fault: async (verb, broker) => void (await services(verb, broker)),
    async inSync(topic) {
      const settings = kafkaSettings({ brokers: addresses, clientId: 'chat4all-test' })
      const admin = kafkaClient(settings, 5_000).admin()
      try {
        await admin.connect()
        // Any of them is asked, and one that stood still goes on with what it knew before: all of them agree when it was
        // so for a while.
        let sinceMs = Date.now()
        while (Date.now() < sinceMs + agreedMs) {
          const wanted = { topics: [topic, '__consumer_offsets'] }
          const { topics } = await admin.fetchTopicMetadata(wanted)
          const all = topics.flatMap(({ partitions }) => partitions)
          if (all.some(({ replicas, isr }) => isr.length < replicas.length)) sinceMs = Date.now()
          await sleep(200)
        }
      } finally {
        await admin.disconnect()
      }
    },
  }
}
