import { randomUUID } from 'node:crypto'
import type { NewRecord, StoredRecord } from '../../../topology/contract/record.ts'
import type {
  Broker,
  Consumer,
  ConsumerListener,
  OwnedPartition,
  SubscribeOptions,
  TopicSpec,
} from '../../../topology/ports/broker.ts'

const day = 86_400_000

/** Creates a topic of a name nobody used before. */
export async function newTopic(broker: Broker, spec: Partial<TopicSpec> = {}): Promise<string> {
  const name = `conformance.${randomUUID()}`
  await broker.ensureTopics([{ name, partitions: 4, cleanup: 'delete', retentionMs: day, ...spec }])
  return name
}

export function newGroup(): string {
  return `group.${randomUUID()}`
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function text(record: StoredRecord | undefined): string | null {
  return record?.value ? new TextDecoder().decode(record.value) : null
}

export function record(topic: string, key: string, value: string | null): NewRecord {
  return { topic, key, value: value === null ? null : bytes(value), headers: {} }
}

/** Everything in a partition from an offset on. */
export async function all(broker: Broker, topic: string, partition = 0, offset = 0) {
  const found: StoredRecord[] = []
  for (let from = offset; ; ) {
    const records = await broker.read(
      { topic, partition, offset: from },
      { maxRecords: 1000, maxWaitMs: 0 },
    )
    const last = records.at(-1)
    if (!last) return found
    found.push(...records)
    from = last.offset + 1
  }
}

/** A member that writes down what it is told. */
export interface Recorder {
  readonly records: StoredRecord[]
  /** What it owns now, by `partition` of its topics in order, as told by the broker. */
  readonly owned: Map<string, OwnedPartition>
  readonly log: string[]
  readonly listener: ConsumerListener
  consumer: Consumer | null
  partitions(): number[]
}

export function recorder(hooks: Partial<ConsumerListener> = {}): Recorder {
  const owned = new Map<string, OwnedPartition>()
  const records: StoredRecord[] = []
  const log: string[] = []
  return {
    records,
    owned,
    log,
    consumer: null,
    partitions: () =>
      [...new Set([...owned.values()].map(({ partition }) => partition))].sort((a, b) => a - b),
    listener: {
      async onAssign(partitions) {
        log.push(`assign ${partitions.map(({ partition }) => partition).join()}`)
        await hooks.onAssign?.(partitions)
        for (const each of partitions) owned.set(`${each.topic}/${each.partition}`, each)
        log.push('assigned')
      },
      async onRevoke(partitions) {
        log.push(`revoke ${partitions.map(({ partition }) => partition).join()}`)
        await hooks.onRevoke?.(partitions)
        for (const each of partitions) owned.delete(`${each.topic}/${each.partition}`)
        log.push('revoked')
      },
      onRecords(partition, handed) {
        records.push(...handed)
        hooks.onRecords?.(partition, handed)
      },
    },
  }
}

export async function join(
  broker: Broker,
  options: Pick<SubscribeOptions, 'group' | 'topics'> & Partial<SubscribeOptions>,
  member: Recorder,
): Promise<Consumer> {
  const { listener } = member
  const consumer = await broker.subscribe(
    { from: 'earliest', revokeTimeoutMs: 30_000, ...options },
    listener,
  )
  member.consumer = consumer
  return consumer
}

/** A commit of the next offset, in the epoch in which the member owns the partition. */
export function progress(member: Recorder, topic: string, partition: number, offset: number) {
  const epoch = member.owned.get(`${topic}/${partition}`)?.epoch ?? -1
  return { topic, partition, offset, epoch }
}
