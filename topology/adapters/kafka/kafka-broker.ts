import type { Broker, Consumer } from '../../ports/broker.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { GroupMember } from './consuming/group-member.ts'
import { GroupOffsets } from './group-offsets.ts'
import { kafkaClient } from './kafka-client.ts'
import { type KafkaOptions, kafkaSettings } from './kafka-options.ts'
import { Producer } from './producing/producer.ts'
import { Reader } from './reading/reader.ts'
import { Watch } from './reading/watch.ts'
import { Topics } from './topics/topics.ts'
import { Connection } from './wire/connection.ts'
import { RollCall } from './wire/roll-call.ts'

/** A fetch that waits for many readers waits so long, then asks for those that came meanwhile. */
const watchMs = 50

/** A broker that does not answer for so long is cut off; what it led moves to others meanwhile. */
const answerWithinMs = 5_000
/** To make hundreds of partitions takes its time. */
const adminWithinMs = 30_000

/** The log on Apache Kafka. Throws C4A_BROKER_UNREACHABLE when no broker answers. */
export async function kafkaBroker(options: KafkaOptions): Promise<Broker> {
  const settings = kafkaSettings(options)
  const kafka = kafkaClient(settings, answerWithinMs)
  const connections: Connection[] = []
  const seen = new Set<string>()
  const roll = new RollCall()
  const connection = async () => {
    const made = new Connection(kafka, settings.log, seen, roll)
    connections.push(made)
    await made.connect()
    return made
  }
  const [appending, reading, watching] = await Promise.all([
    connection(),
    connection(),
    connection(),
  ]).catch(async (error) => {
    await Promise.allSettled(connections.map((each) => each.close()))
    throw error
  })
  // Nothing that waits for others holds a question up there: on that of the appends it would stand behind them.
  roll.hearFrom((than) => watching.othersThan(than))
  const producer = new Producer(appending, settings)
  const watch = new Watch(watching, watchMs)
  const reader = new Reader(reading, watch)
  const topics = new Topics(kafkaClient(settings, adminWithinMs), reading, settings)
  const offsets = new GroupOffsets(reading)
  const members = new Set<Consumer>()
  let closed = false
  let closing: Promise<void> | undefined

  function open(): void {
    if (closed) throw logFaults.unreachable('The log is not available', 'it was closed')
  }

  async function close(): Promise<void> {
    closed = true
    await Promise.allSettled([...members].map((member) => member.close()))
    await producer.close()
    watch.end()
    await Promise.allSettled([...connections.map((each) => each.close()), topics.close()])
  }

  return {
    async ensureTopics(specs) {
      open()
      await topics.ensure(specs)
      // So that no append has to ask, when perhaps nobody answers.
      await appending.learn(specs.map(({ name }) => name))
    },
    async topics() {
      open()
      return topics.list()
    },
    async append(records) {
      open()
      return producer.append(records)
    },
    async subscribe(wanted, listener) {
      open()
      const own = new Connection(kafka, settings.log, seen, roll)
      try {
        await own.connect()
        await own.learn(wanted.topics)
      } catch (error) {
        await own.close().catch(() => {})
        throw error
      }
      const member = new GroupMember(own, settings, wanted, listener)
      members.add(member)
      member.start()
      return member
    },
    async read(from, wanted) {
      open()
      return reader.read(from, wanted)
    },
    async ends(topic) {
      open()
      return reader.ends(topic)
    },
    async offsetsAt(topic, timestampMs) {
      open()
      return reader.offsetsAt(topic, timestampMs)
    },
    async committed(group) {
      open()
      return offsets.committed(group)
    },
    async setOffsets(group, positions) {
      open()
      await offsets.set(group, positions)
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}
