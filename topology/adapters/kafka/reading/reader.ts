import type { Position, StoredRecord, TopicPartition } from '../../../contract/record.ts'
import type { PartitionEnds, ReadOptions } from '../../../ports/broker.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import { kafkaFaults } from '../kafka-faults.ts'
import { readBatches } from '../records/batch-reader.ts'
import type { Connection } from '../wire/connection.ts'
import { type FetchAnswer, fetchRequest } from '../wire/fetch-request.ts'
import { errorCode } from '../wire/kafka-error.ts'
import { earliest, listOffsets, next } from './list-offsets.ts'
import type { Watch } from './watch.ts'

const bytesPerRead = 4 * 1024 * 1024
const attempts = 8
const restMs = 150

/** Reads outside any group. Nothing waits at the brokers here: what waits for records waits in the `Watch`. */
export class Reader {
  readonly #connection: Connection
  readonly #watch: Watch

  constructor(connection: Connection, watch: Watch) {
    this.#connection = connection
    this.#watch = watch
  }

  async read(from: Position, options: ReadOptions): Promise<readonly StoredRecord[]> {
    await this.#known(from)
    const untilMs = Date.now() + options.maxWaitMs
    const { topic, partition } = from
    let { offset } = from
    for (;;) {
      const answer = await this.#fetch({ topic, partition, offset })
      const { records, next } = readBatches(answer.bytes, from, offset, answer.aborted)
      if (records.length > 0) return records.slice(0, options.maxRecords)
      const passed = next > offset
      offset = next
      // Only markers, or what compaction emptied: what is wanted may stand behind it.
      if (passed && offset < answer.stable) continue
      const leftMs = untilMs - Date.now()
      if (leftMs <= 0) return []
      await this.#watch.wait({ topic, partition, offset }, leftMs)
    }
  }

  async ends(topic: string): Promise<readonly PartitionEnds[]> {
    const partitions = await this.#partitions(topic)
    const [firsts, nexts] = await Promise.all([
      listOffsets(this.#connection, partitions, earliest),
      listOffsets(this.#connection, partitions, next),
    ])
    const offsetIn = (positions: readonly Position[], partition: number) =>
      positions.find((each) => each.partition === partition)?.offset ?? 0
    return partitions.map(({ partition }) => ({
      topic,
      partition,
      earliest: offsetIn(firsts, partition),
      next: offsetIn(nexts, partition),
    }))
  }

  async offsetsAt(topic: string, timestampMs: number): Promise<readonly Position[]> {
    const partitions = await this.#partitions(topic)
    const [found, nexts] = await Promise.all([
      listOffsets(this.#connection, partitions, Math.max(0, timestampMs)),
      listOffsets(this.#connection, partitions, next),
    ])
    return partitions.map(({ partition }) => {
      const is = (each: Position) => each.partition === partition
      const offset = found.find(is)?.offset ?? -1
      return { topic, partition, offset: offset >= 0 ? offset : (nexts.find(is)?.offset ?? 0) }
    })
  }

  async #fetch(from: Position): Promise<FetchAnswer> {
    let { offset } = from
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#ask({ ...from, offset })
        if (answer.errorCode === errorCode.none) return answer
        if (answer.errorCode !== errorCode.offsetOutOfRange) {
          throw new Error(`the broker answers with error ${answer.errorCode}`)
        }
        const ends = (await this.ends(from.topic)).find((each) => each.partition === from.partition)
        // Past the end there is nothing (yet); before the beginning, retention was quicker than the reader.
        if (!ends || offset >= ends.next) {
          await new Promise((resolve) => setTimeout(resolve, restMs))
          return { ...answer, stable: offset, bytes: nothing }
        }
        offset = Math.max(offset, ends.earliest)
      } catch (error) {
        if (attempt === attempts)
          throw kafkaFaults.of(`Topic '${from.topic}' cannot be read`, error)
        await new Promise((resolve) => setTimeout(resolve, restMs))
        await this.#connection.refresh().catch(() => {})
      }
    }
  }

  async #ask(from: Position): Promise<FetchAnswer> {
    this.#connection.refreshIfOld()
    const leader = this.#connection.leader(from)
    if (leader === undefined) throw new Error('the partition has no leader now')
    const limits = { waitMs: 0, bytes: bytesPerRead, bytesPerPartition: bytesPerRead }
    const [answer] = await this.#connection.ask(leader, [from], (node) =>
      node.connectionPool.send(fetchRequest([from], limits)),
    )
    if (!answer) throw new Error('the broker answers nothing about the partition')
    return answer
  }

  async #partitions(topic: string): Promise<readonly TopicPartition[]> {
    await this.#connection.learn([topic])
    const count = this.#connection.partitions(topic) ?? 0
    return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
  }

  async #known({ topic, partition }: TopicPartition): Promise<void> {
    await this.#connection.learn([topic])
    const count = this.#connection.partitions(topic) ?? 0
    if (partition >= 0 && partition < count) return
    throw logFaults.partitionUnknown({ topic, partition }, count)
  }
}

const nothing = Buffer.alloc(0)
