import { setTimeout as sleep } from 'node:timers/promises'
import type { NewRecord, Position } from '../../../contract/record.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import { partitionOf } from '../../partitioner.ts'
import { kafkaFaults } from '../kafka-faults.ts'
import type { KafkaSettings } from '../kafka-options.ts'
import { codecs } from '../records/codecs.ts'
import {
  errorCode,
  hasMoved,
  isRefusal,
  isUnknownProducer,
  kafkaError,
} from '../wire/kafka-error.ts'
import { AppendCall } from './append-call.ts'
import { checkedBytes } from './checked-bytes.ts'
import { Identities, type Identity } from './identities.ts'
import { type Batch, PartitionQueue } from './partition-queue.ts'
import { ProduceBody } from './produce-body.ts'
import { produceRequest } from './produce-request.ts'
import type { ProducerLink } from './producer-link.ts'
import { RequestRooms } from './request-rooms.ts'

const maxBatchBytes = 512 * 1024
const maxRequestBytes = 4 * 1024 * 1024
/** A record's own head, a batch's, and a request's, about: lengths and numbers. */
const [recordOverhead, batchOverhead, requestOverhead] = [80, 128, 512]
/** So many records are sent without waiting for others. */
const enough = 200
const restMs = 100

/**
 * Appends to Kafka: what is asked for within a few milliseconds goes out together, one request at a time to each
 * node, and one batch at a time for each partition.
 *
 * The order that must hold: a batch is sent until it is written or all of its calls have been given up, and only
 * then is the next one of its partition made. A repetition is the same bytes with the same numbers, so the broker
 * writes it once. When the broker does not know our numbers (any more), the batch goes out as a new producer's
 * first one, still before all that follow.
 */
export class Producer {
  readonly #link: ProducerLink
  readonly #settings: KafkaSettings
  readonly #queues = new Map<string, PartitionQueue[]>()
  readonly #waiting = new Set<PartitionQueue>()
  readonly #calls = new Set<AppendCall>()
  readonly #busy = new Set<string>()
  readonly #identities: Identities
  readonly #rooms = new RequestRooms()
  #lingering: NodeJS.Timeout | null = null
  #records = 0
  #bytes = 0
  /** Calls take their place in order, also where one must wait to learn of its topic. */
  #entrance: Promise<void> | null = null
  #watch: NodeJS.Timeout | null = null
  #finding: Promise<void> | null = null

  constructor(link: ProducerLink, settings: KafkaSettings) {
    this.#link = link
    this.#settings = settings
    this.#identities = new Identities(link)
  }

  async append(records: readonly NewRecord[]): Promise<readonly Position[]> {
    if (records.length === 0) return []
    if (!this.#entrance && this.#knows(records)) return this.#enter(records)
    const untilMs = Date.now() + this.#settings.appendTimeoutMs
    const turn = (this.#entrance ?? Promise.resolve()).then(() => this.#learn(records, untilMs))
    const passed = turn.catch(() => {})
    const entered = turn.then(() => ({ done: this.#enter(records) }))
    this.#entrance = passed
    void passed.then(() => {
      if (this.#entrance === passed) this.#entrance = null
    })
    return (await entered).done
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#entrance
    await Promise.allSettled([...this.#calls].map(({ done }) => done))
    if (this.#watch) clearInterval(this.#watch)
    if (this.#lingering) clearTimeout(this.#lingering)
  }

  #knows(records: readonly NewRecord[]): boolean {
    return records.every(({ topic }) => this.#link.partitions(topic) !== undefined)
  }

  async #learn(records: readonly NewRecord[], untilMs: number): Promise<void> {
    // While no broker answers, each before it has waited for its own: whoever comes last must not wait for all.
    if (Date.now() > untilMs) throw this.#tooLate()
    await this.#link.learn(new Set(records.map(({ topic }) => topic)))
  }

  /** Throws before anything is appended, or takes all. */
  #enter(records: readonly NewRecord[]): Promise<readonly Position[]> {
    const { maxPendingBytes, appendTimeoutMs } = this.#settings
    let bytes = 0
    const sizes: number[] = []
    const queues = records.map((record) => {
      const size = checkedBytes(record)
      bytes += size
      sizes.push(size + recordOverhead)
      return this.#queue(record)
    })
    if (this.#bytes > 0 && this.#bytes + bytes > maxPendingBytes) {
      throw logFaults.unreachable(
        'Kafka takes no more appends now',
        `${this.#bytes} bytes are on their way already`,
      )
    }
    const call = new AppendCall(records, bytes, Date.now() + appendTimeoutMs)
    this.#calls.add(call)
    this.#bytes += bytes
    this.#records += records.length
    const left = () => {
      this.#calls.delete(call)
      this.#bytes -= bytes
    }
    call.done.then(left, left)
    queues.forEach((queue, index) => {
      const record = records[index]
      if (!record) return
      queue.push({ record, call, index, bytes: sizes[index] ?? 0 })
      this.#waiting.add(queue)
    })
    this.#watch ??= setInterval(() => this.#giveUpOverdue(), 500).unref()
    if (this.#records >= enough) this.#pump()
    else this.#lingering ??= setTimeout(() => this.#pump(), this.#settings.lingerMs)
    return call.done
  }

  #queue({ topic, key, partition }: NewRecord): PartitionQueue {
    const count = this.#link.partitions(topic)
    if (count === undefined) throw logFaults.topicUnknown(topic, this.#queues.keys())
    const place = partition ?? partitionOf(key, count)
    if (!(place >= 0 && place < count)) {
      throw logFaults.partitionUnknown({ topic, partition: place }, count)
    }
    const all = this.#queues.get(topic) ?? []
    if (all.length === 0) this.#queues.set(topic, all)
    for (let next = all.length; next <= place; next++) {
      all.push(new PartitionQueue({ topic, partition: next }))
    }
    const queue = all[place]
    if (!queue) throw logFaults.partitionUnknown({ topic, partition: place }, count)
    return queue
  }

  /** Starts a request to each node that has none under way and something to take. */
  #pump(): void {
    if (this.#lingering) clearTimeout(this.#lingering)
    this.#lingering = null
    this.#records = 0
    const nowMs = Date.now()
    const byNode = new Map<string, PartitionQueue[]>()
    let lost = false
    for (const queue of this.#waiting) {
      if (queue.isEmpty) this.#waiting.delete(queue)
      if (queue.isEmpty || queue.isUnderWay || queue.restsUntilMs > nowMs) continue
      const node = this.#link.leader(queue.at)
      if (node === undefined) lost = true
      else if (!this.#busy.has(node)) {
        const queues = byNode.get(node)
        if (queues) queues.push(queue)
        else byNode.set(node, [queue])
      }
    }
    if (lost) this.#findLeaders()
    for (const [node, queues] of byNode) void this.#send(node, queues)
  }

  /** Never rejects. */
  async #send(nodeId: string, queues: readonly PartitionQueue[]): Promise<void> {
    this.#busy.add(nodeId)
    for (const queue of queues) queue.isUnderWay = true
    try {
      const identity = await this.#identities.unspent(queues)
      await this.#exchange(nodeId, queues, identity)
    } catch (error) {
      this.#settings.log('warn', 'an append is tried again', kafkaError(error).message)
      for (const queue of queues) queue.restsUntilMs = Date.now() + restMs
      this.#findLeaders()
    } finally {
      for (const queue of queues) queue.isUnderWay = false
      this.#busy.delete(nodeId)
      this.#pump()
    }
  }

  /** Writes what the queues have to send into the body, as far as a request may be long. */
  #write(
    queues: readonly PartitionQueue[],
    identity: Identity,
    body: ProduceBody,
  ): Map<PartitionQueue, Batch> {
    const batches = new Map<PartitionQueue, Batch>()
    const codec = codecs[this.#settings.compression]
    const nowMs = Date.now()
    for (const ofTopic of Map.groupBy(queues, ({ at }) => at.topic).values()) {
      for (const queue of ofTopic) {
        if (body.length >= maxRequestBytes) return batches
        const batch = body.add(queue.at, (out) =>
          queue.next(identity, codec, maxBatchBytes, nowMs, out),
        )
        if (batch) batches.set(queue, batch)
      }
    }
    return batches
  }

  async #exchange(
    nodeId: string,
    queues: readonly PartitionQueue[],
    identity: Identity,
  ): Promise<void> {
    const timeoutMs = Math.min(5_000, this.#settings.appendTimeoutMs)
    const body = new ProduceBody(this.#rooms.take(nodeId, roomFor(queues)), timeoutMs)
    const batches = this.#write(queues, identity, body)
    if (batches.size === 0) return
    const request = produceRequest(body.request(), timeoutMs)
    const led = [...batches.keys()].map(({ at }) => at)
    const answers = await this.#link.ask(nodeId, led, (node) => node.connectionPool.send(request))
    const byPlace = new Map(answers.map((each) => [`${each.topic}/${each.partition}`, each]))
    let allWritten = true
    for (const queue of batches.keys()) {
      const answer = byPlace.get(`${queue.at.topic}/${queue.at.partition}`)
      if (answer?.errorCode === errorCode.none) queue.written(answer.baseOffset)
      else {
        allWritten = false
        await this.#unwritten(queue, answer?.errorCode ?? errorCode.requestTimedOut)
      }
    }
    // Answered, so read to its end. A batch that is sent again stands in it still.
    if (allWritten) this.#rooms.giveBack(nodeId, body.room)
  }

  async #unwritten(queue: PartitionQueue, code: number): Promise<void> {
    const { topic, partition } = queue.at
    const codec = codecs[this.#settings.compression]
    this.#settings.log('warn', `an append to ${topic}/${partition} was refused`, { code })
    queue.restsUntilMs = Date.now() + restMs
    if (hasMoved(code)) {
      this.#findLeaders()
    } else if (isUnknownProducer(code)) {
      queue.restamp(await this.#identities.renewed(), codec, Date.now())
    } else if (isRefusal(code)) {
      // Whose fault it is shows when it goes out alone.
      if (!queue.halve(await this.#identities.current(), codec, Date.now())) {
        queue.fail(kafkaFaults.recordRefused(queue.at, code))
      }
    }
    // Anything else (too few replicas in sync, a time-out, rights that are missing) may pass: the same batch is sent again.
    setTimeout(() => this.#pump(), restMs + 1)
  }

  #tooLate(): Error {
    return logFaults.unreachable(
      'An append was not acknowledged',
      `the brokers did not confirm it in ${this.#settings.appendTimeoutMs} ms`,
    )
  }

  #findLeaders(): void {
    this.#finding ??= this.#link
      .refresh()
      .catch(() => sleep(restMs))
      .then(() => sleep(restMs))
      .then(() => {
        this.#finding = null
        this.#pump()
      })
  }

  #giveUpOverdue(): void {
    const nowMs = Date.now()
    for (const call of this.#calls) {
      // In the order in which they came, so the first that has time has them all.
      if (call.deadlineMs > nowMs) break
      call.fail(this.#tooLate())
    }
    if (this.#waiting.size > 0) this.#pump()
  }
}

/** About what a request of what waits in them takes. */
function roomFor(queues: readonly PartitionQueue[]): number {
  let bytes = requestOverhead
  for (const queue of queues) bytes += Math.min(queue.bytes, maxBatchBytes) + batchOverhead
  return Math.min(bytes, maxRequestBytes + maxBatchBytes)
}
