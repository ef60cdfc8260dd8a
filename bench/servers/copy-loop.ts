import { kafkaBroker } from '../../topology/adapters/kafka/kafka-broker.ts'
import type { NewRecord, StoredRecord } from '../../topology/contract/record.ts'
import type { Consumer, OwnedPartition } from '../../topology/ports/broker.ts'
import { answerParent } from '../harness/answer-parent.ts'

/**
 * The least that any stage on this client must do: read in a group, append the same key, bytes and headers elsewhere,
 * and commit what is acknowledged. As a stage it takes at most four thousand records at a time, over all of its partitions, waits
 * for their acknowledgement before the next, and commits every 50 ms. It decodes nothing, decides nothing and counts nothing.
 */
const batchSize = 4_000
/** Records of one partition that wait here at most, as a stage has it. */
const window = 2_000
const commitEveryMs = 50

interface Waiting {
  readonly partition: OwnedPartition
  readonly records: StoredRecord[]
  /** The next offset to commit. */
  done: number
  committed: number
  paused: boolean
}

const brokers = (process.env['C4A_KAFKA_BROKERS'] ?? '').split(',')
const broker = await kafkaBroker({ brokers, clientId: 'chat4all-bench' })
let halt = async () => {}
answerParent({ ready: true }, () => halt().then(() => broker.close()), {
  async resume({ group, from, to }) {
    halt = await copy(String(group), String(from), String(to))
    return true
  },
  async halt() {
    await halt()
    return true
  },
})

async function copy(group: string, from: string, to: string): Promise<() => Promise<void>> {
  const waiting = new Map<number, Waiting>()
  let ended = false
  let copying: Promise<void> | undefined
  // Records may come before `subscribe` has answered; what is paused then is paused when it has.
  let consumer: Consumer | undefined
  consumer = await broker.subscribe(
    { group, topics: [from], from: 'earliest', revokeTimeoutMs: 5_000 },
    {
      async onAssign(partitions) {
        for (const each of partitions) {
          const { offset } = each
          const fresh = { records: [], done: offset, committed: offset, paused: false }
          waiting.set(each.partition, { ...fresh, partition: each })
        }
      },
      async onRevoke(partitions) {
        for (const each of partitions) waiting.delete(each.partition)
      },
      onRecords(partition, records) {
        const own = waiting.get(partition.partition)
        if (!own) return
        for (const record of records) own.records.push(record)
        if (own.records.length >= window) {
          own.paused = true
          consumer?.pause([partition])
        }
        copying ??= copyAll().finally(() => {
          copying = undefined
        })
      },
    },
  )
  for (const own of waiting.values()) if (own.paused) consumer.pause([own.partition])
  const committing = setInterval(() => void commit(), commitEveryMs)

  async function copyAll(): Promise<void> {
    for (let batch = taken(); batch.length > 0 && !ended; batch = taken()) {
      await broker.append(batch.map((record) => copied(record, to)))
      for (const { partition, offset } of batch) {
        const own = waiting.get(partition)
        if (own) own.done = offset + 1
      }
    }
  }

  function taken(): readonly StoredRecord[] {
    const batch: StoredRecord[] = []
    // Evenly, as a stage's batches of the oldest come out: of two partitions alone they would be several requests in turn.
    const share = Math.ceil(batchSize / Math.max(waiting.size, 1))
    for (const most of [share, batchSize]) {
      for (const { records } of waiting.values()) {
        batch.push(...records.splice(0, Math.min(most, batchSize - batch.length)))
      }
    }
    for (const own of waiting.values()) {
      if (!own.paused || own.records.length > window / 2) continue
      own.paused = false
      consumer?.resume([own.partition])
    }
    return batch
  }

  async function commit(): Promise<void> {
    const due = [...waiting.values()].filter(({ done, committed }) => done > committed)
    if (due.length === 0) return
    const offsets = due.map(({ partition, done }) => ({ ...partition, offset: done }))
    await consumer?.commit(offsets)
    due.forEach((own, nth) => {
      own.committed = offsets[nth]?.offset ?? own.committed
    })
  }

  return async () => {
    ended = true
    clearInterval(committing)
    await copying
    await commit()
    await consumer?.close()
  }
}

function copied({ key, value, headers }: StoredRecord, topic: string): NewRecord {
  return { topic, key, value, headers }
}
