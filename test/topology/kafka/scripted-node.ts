import type {
  ProducerLink,
  ProducingNode,
} from '../../../topology/adapters/kafka/producing/producer-link.ts'
import { readBatches } from '../../../topology/adapters/kafka/records/batch-reader.ts'
import { ByteReader } from '../../../topology/adapters/kafka/records/byte-reader.ts'
import { ByteWriter } from '../../../topology/adapters/kafka/records/byte-writer.ts'
import type { WireRequest } from '../../../topology/adapters/kafka/wire/kafka-node.ts'

/** A batch as a broker receives it. */
export interface Received {
  readonly node: string
  readonly partition: number
  readonly producerId: number
  readonly sequence: number
  readonly values: readonly string[]
  readonly bytes: Buffer
}

/** What a scripted broker does with a batch: an error code of the protocol, or no answer at all. */
export type Verdict = 'write' | 'write, and say nothing' | 'say nothing' | number

/** A connection to brokers that do as told: partition p of every topic is led by node p modulo 2. */
export interface ScriptedLink extends ProducerLink {
  readonly received: Received[]
  /** What each partition holds, in order. */
  readonly log: Map<number, string[]>
  readonly refreshes: () => number
}

export function scriptedLink(
  verdict: (batch: Received, nth: number) => Verdict | Promise<Verdict> = () => 'write',
  leader: (partition: number) => string | undefined = (partition) => `${partition % 2}`,
): ScriptedLink {
  const received: Received[] = []
  const log = new Map<number, string[]>()
  /** The last number of each producer in each partition, as a broker keeps it. */
  const last = new Map<string, { readonly batch: Received; readonly baseOffset: number }>()
  let producers = 100
  let refreshes = 0

  async function receive(node: string, body: Buffer): Promise<Buffer> {
    const batches = batchesOf(node, body)
    const answer = new ByteWriter(256)
    answer.int32(batches.length)
    for (const batch of batches) {
      received.push(batch)
      const told = await verdict(batch, received.length)
      if (told === 'say nothing') throw lost()
      const [code, offset] = typeof told === 'number' ? [told, -1] : write(batch)
      if (told === 'write, and say nothing') throw lost()
      answer.string('t')
      answer.int32(1)
      answer.int32(batch.partition)
      answer.int16(code)
      answer.int64(offset)
      answer.int64(-1)
      answer.int64(0)
    }
    return answer.view()
  }

  /** As Kafka does: a repetition is known, and a gap in the numbers is refused. */
  function write(batch: Received): [code: number, offset: number] {
    const place = `${batch.producerId}/${batch.partition}`
    const before = last.get(place)
    if (before?.batch.sequence === batch.sequence && before.batch.bytes.equals(batch.bytes)) {
      return [0, before.baseOffset]
    }
    const expected = before ? before.batch.sequence + before.batch.values.length : 0
    if (batch.sequence !== expected) return [45, -1]
    const values = log.get(batch.partition) ?? []
    log.set(batch.partition, values)
    const baseOffset = values.length
    values.push(...batch.values)
    last.set(place, { batch, baseOffset })
    return [0, baseOffset]
  }

  const node = (nodeId: string): ProducingNode => ({
    nodeId,
    connectionPool: {
      host: 'scripted',
      port: 0,
      async send<Answer>({ request, response }: WireRequest<Answer>) {
        const { buffer } = await request.encode()
        return response.decode(await receive(nodeId, Buffer.from(buffer)))
      },
    },
    initProducerId: async () => ({ producerId: `${++producers}`, producerEpoch: 0 }),
  })

  return {
    received,
    log,
    refreshes: () => refreshes,
    partitions: (topic) => (topic === 't' ? 4 : undefined),
    leader: ({ partition }) => leader(partition),
    async learn(topics) {
      for (const topic of topics) if (topic !== 't') throw new Error(`no topic ${topic}`)
    },
    async refresh() {
      refreshes += 1
    },
    ask: (nodeId, _, question) => question(node(nodeId)),
    askAny: (question) => question(node('0')),
  }
}

function batchesOf(node: string, body: Buffer): Received[] {
  const read = new ByteReader(body)
  read.string()
  read.int16()
  read.int32()
  return read
    .array(() => {
      const topic = read.string() ?? ''
      return read.array((): Received => {
        const partition = read.int32()
        const bytes = Buffer.from(read.view(read.int32()))
        const { records } = readBatches(bytes, { topic, partition }, 0)
        return {
          node,
          partition,
          producerId: Number(bytes.readBigInt64BE(43)),
          sequence: bytes.readInt32BE(53),
          values: records.map(({ value }) => Buffer.from(value ?? []).toString()),
          bytes,
        }
      })
    })
    .flat()
}

function lost(): Error {
  return Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError' })
}
