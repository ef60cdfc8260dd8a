import type { Broker, Cluster, Kafka } from 'kafkajs'
import type { TopicPartition } from '../../../contract/record.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import type { KafkaLog } from '../kafka-options.ts'
import { firstAnswer } from './first-answer.ts'
import { kafkaError } from './kafka-error.ts'
import { closedBecause, closeNow, type KafkaNode, kafkaNode } from './kafka-node.ts'
import { livingNodes } from './living-nodes.ts'
import { openCluster } from './open-cluster.ts'
import type { RollCall } from './roll-call.ts'
import { whileSilent } from './while-silent.ts'

/** What a broker says of a partition. */
interface PartitionState {
  readonly partitionId: number
  readonly leader: number
}

/** Metadata is asked for at most so often, however many find it out of date. */
const refreshAtMostEveryMs = 100
const oldMs = 30_000
/**
 * Whoever waits so long for an answer asks the other nodes whether it is still for this one to give. One that is cut
 * off closes nothing and refuses nothing: what it led may have moved long before a request's time is over.
 */
const silentMs = 1_000
/** And so often, whether it is there at all: a small question, which one connection asks for all of a process. */
const missedMs = 400
const isGone = 'the other brokers say that it is gone'
/** How long a topic that exists may be unknown to some broker. */
const propagationMs = 5_000

/**
 * One set of connections to the brokers, and who leads what. Requests on one connection are answered one after
 * another, so whatever waits at a broker (a join, a fetch) has a `Connection` of its own.
 */
export class Connection {
  readonly #kafka: Kafka
  readonly #log: KafkaLog
  readonly #seen: Set<string>
  readonly #roll: RollCall
  readonly #leaveRoll: () => void
  #cluster: Cluster
  readonly #topics = new Set<string>()
  /** What the present cluster object asks for; it forgets nothing. */
  #asked = new Set<string>()
  /** By topic, the node that leads each partition. */
  readonly #leaders = new Map<string, readonly (string | undefined)[]>()
  /** The nodes that metadata named last. */
  #living: readonly string[] = []
  /** The nodes as they were last used. */
  readonly #nodes = new Map<string, KafkaNode>()
  #refreshing: Promise<void> | null = null
  #refreshedMs = 0
  #closed = false

  /**
   * @param seen topics that exist, as far as the connections of this process were told; they share it
   * @param roll shared by them, too
   */
  constructor(kafka: Kafka, log: KafkaLog, seen: Set<string>, roll: RollCall) {
    this.#kafka = kafka
    this.#log = log
    this.#seen = seen
    this.#roll = roll
    this.#leaveRoll = roll.enter((nodeId) => this.#miss(nodeId))
    this.#cluster = openCluster(kafka)
  }

  /** Throws C4A_BROKER_UNREACHABLE. */
  async connect(): Promise<void> {
    try {
      await this.#cluster.connect()
      await this.#cluster.refreshMetadataIfNecessary()
    } catch (error) {
      throw this.#unreachable('Kafka cannot be reached', error)
    }
  }

  /** Number of partitions; undefined for a topic that is not known here (yet). */
  partitions(topic: string): number | undefined {
    return this.#leaders.get(topic)?.length
  }

  /** The node that leads the partition; undefined while nobody does. */
  leader({ topic, partition }: TopicPartition): string | undefined {
    return this.#leaders.get(topic)?.[partition]
  }

  /** Throws C4A_TOPIC_UNKNOWN where the cluster does not have one, C4A_BROKER_UNREACHABLE. */
  async learn(topics: Iterable<string>): Promise<void> {
    const wanted = [...topics]
    const untilMs = Date.now() + propagationMs
    for (;;) {
      const missing = wanted.filter((topic) => this.partitions(topic) === undefined)
      if (missing.length === 0) return
      await this.discover(missing)
      const unknown = missing.filter((topic) => this.partitions(topic) === undefined)
      const stray = unknown.find((topic) => !this.#seen.has(topic) || Date.now() > untilMs)
      if (stray !== undefined) throw logFaults.topicUnknown(stray, this.#seen)
      // A topic that one broker has told of is known to the others a moment later.
      if (unknown.length > 0) await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Asks for these topics anew, whether they exist or not. */
  async discover(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.#topics.add(topic)
    // One that is under way may not ask for them yet.
    await this.#refreshing?.catch(() => {})
    await this.refresh(true)
  }

  /** Learns anew who leads what. Never more often than the cluster can take. */
  refresh(now = false): Promise<void> {
    this.#refreshing ??= this.#refresh(now).finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /**
   * For those who may be answered by a node that leads no more and does not know it yet: they meet with no error, only
   * with silence, so they ask from time to time.
   */
  refreshIfOld(): void {
    if (Date.now() - this.#refreshedMs < oldMs) return
    this.refresh().catch(() => {}) // tried again with the next fetch
  }

  /** Asks the node that leads these partitions; rejects soon after others lead them, though it says nothing. */
  async ask<Answer>(
    nodeId: string,
    led: readonly TopicPartition[],
    question: (node: KafkaNode) => Promise<Answer>,
  ): Promise<Answer> {
    const node = await this.#node(nodeId)
    return this.#watched(node, question, async () => {
      await this.refresh()
      return led.some((at) => this.leader(at) !== nodeId)
    })
  }

  /** Asks any node, and another one where that fails or says nothing. */
  async askAny<Answer>(question: (node: KafkaNode) => Promise<Answer>): Promise<Answer> {
    this.#refuseClosed()
    try {
      return await firstAnswer(this.#cluster.getNodeIds(), silentMs, async (id) => {
        const node = await this.#node(String(id))
        return this.#watched(node, question, async () => false)
      })
    } catch (error) {
      if (!kafkaError(error).isTransport) throw error
      throw this.#unreachable('No broker can be reached', error)
    }
  }

  /**
   * Asks the node that coordinates the group: `known`, where that is not null. `found` hears which it is. Rejects soon
   * after another one does.
   */
  async askCoordinator<Answer>(
    groupId: string,
    known: string | null,
    found: (nodeId: string) => void,
    question: (node: KafkaNode) => Promise<Answer>,
  ): Promise<Answer> {
    const node = known === null ? await this.#coordinator(groupId) : await this.#node(known)
    found(String(node.nodeId))
    return this.#watched(
      node,
      question,
      async () => (await this.#coordinatorId(groupId)) !== String(node.nodeId),
    )
  }

  /** The nodes that are there, as another one than `nodeId` says. */
  othersThan(nodeId: string): Promise<ReadonlySet<string>> {
    this.#refuseClosed()
    const others = this.#cluster.getNodeIds().filter((id) => String(id) !== nodeId)
    return firstAnswer(others, missedMs, async (id) => {
      const node = await this.#node(String(id))
      return node.connectionPool.send(livingNodes())
    })
  }

  /** Connects where there is no connection; a node that is cut off takes one, and then says nothing either. */
  async #node(nodeId: string): Promise<KafkaNode> {
    this.#refuseClosed()
    const gone = Promise.withResolvers<never>()
    const found = Promise.race([this.#cluster.findBroker({ nodeId }), gone.promise])
    const broker = await whileSilent(found, missedMs, async () => {
      if (await this.#roll.isMissing(nodeId)) gone.reject(closedBecause(nodeId, isGone))
    })
    return this.#met(broker)
  }

  async #coordinator(groupId: string): Promise<KafkaNode> {
    this.#refuseClosed()
    try {
      return await this.#node(await this.#coordinatorId(groupId))
    } catch {
      // All nodes that were known may be gone, and a member that has lost everything asks nothing else.
      await this.refresh().catch(() => {})
      return this.#node(await this.#coordinatorId(groupId))
    }
  }

  async #coordinatorId(groupId: string): Promise<string> {
    const { coordinator } = await this.#cluster.findGroupCoordinatorMetadata({ groupId })
    return String(coordinator.nodeId)
  }

  async #watched<Answer>(
    node: KafkaNode,
    question: (node: KafkaNode) => Promise<Answer>,
    hasMoved: () => Promise<boolean>,
  ): Promise<Answer> {
    const answer = whileSilent(question(node), silentMs, async () => {
      if (await hasMoved()) this.#giveUp(node, 'it says nothing, and others answer for it')
    })
    try {
      // Where it is gone all connections are told, this one among them.
      return await whileSilent(
        answer,
        missedMs,
        async () => void (await this.#roll.isMissing(String(node.nodeId))),
      )
    } catch (error) {
      // With what the broker answered itself nothing is wrong.
      if (kafkaError(error).isTransport) this.#giveUp(node, kafkaError(error).message)
      throw error
    }
  }

  /** The others say that the node is gone; whoever leads in its place is learnt before somebody asks for it. */
  #miss(nodeId: string): void {
    const node = this.#nodes.get(nodeId)
    if (node) this.#giveUp(node, isGone)
    // One that was never asked may be named as a leader all the same.
    const leads = [...this.#leaders.values()].some((each) => each.includes(nodeId))
    if (leads) this.refresh().catch(() => {}) // tried again by whoever needs it
  }

  /**
   * The node's connections are given up, and made anew when they are needed. Whatever else was asked over them is not
   * answered any more, so whoever waits for it hears of it now.
   */
  #giveUp(node: KafkaNode, why: string): void {
    const id = String(node.nodeId)
    // Others may have met with the same, and be using the new one already.
    if (this.#nodes.get(id) !== node) return
    this.#nodes.delete(id)
    const { host, port } = node.connectionPool
    try {
      this.#cluster.removeBroker({ host, port })
    } catch {
      // It was the last that kafkajs knew: begin with the addresses given.
      this.#replace()
    }
    closeNow(node, why)
  }

  #met(broker: Broker): KafkaNode {
    const node = kafkaNode(broker)
    this.#nodes.set(String(node.nodeId), node)
    return node
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#leaveRoll()
    await this.#cluster.disconnect()
  }

  async #refresh(now: boolean): Promise<void> {
    const waitMs = this.#refreshedMs + refreshAtMostEveryMs - Date.now()
    if (!now && waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    this.#refuseClosed()
    this.#refreshedMs = Date.now()
    try {
      await this.#cluster.connect()
      const fresh = [...this.#topics].filter((topic) => !this.#asked.has(topic))
      if (fresh.length === 0) await this.#cluster.refreshMetadata()
      else await this.#cluster.addMultipleTargetTopics(fresh) // which asks for all of them
      for (const topic of fresh) this.#asked.add(topic)
    } catch (error) {
      this.#replace()
      throw this.#unreachable('Kafka does not tell who leads what', error)
    }
    for (const topic of this.#topics) this.#note(topic)
    const missing = new Set(this.#living)
    this.#living = this.#cluster.getNodeIds().map(String)
    for (const id of this.#living) missing.delete(id)
    for (const id of missing) this.#roll.tellMissing(id)
  }

  #note(topic: string): void {
    const states: readonly PartitionState[] = this.#cluster.findTopicPartitionMetadata(topic)
    if (states.length === 0) {
      this.#leaders.delete(topic)
      return
    }
    const leaders: (string | undefined)[] = Array.from({ length: states.length })
    for (const { partitionId, leader } of states) {
      if (leader >= 0) leaders[partitionId] = String(leader)
    }
    this.#leaders.set(topic, leaders)
    this.#seen.add(topic)
  }

  /** kafkajs does not get over the loss of every broker it knows; what is new begins with the addresses given. */
  #replace(): void {
    if (this.#closed) return
    const former = this.#cluster
    const nodes = [...this.#nodes.values()]
    this.#nodes.clear()
    this.#cluster = openCluster(this.#kafka)
    this.#asked = new Set()
    for (const node of nodes) closeNow(node, 'no node could be asked who leads what')
    former.disconnect().catch(() => {})
  }

  /** kafkajs would open what was closed again. */
  #refuseClosed(): void {
    if (this.#closed) throw logFaults.unreachable('The log is not available', 'it was closed')
  }

  #unreachable(what: string, error: unknown): Error {
    const { message } = kafkaError(error)
    this.#log('warn', what, message)
    return logFaults.unreachable(what, message, error)
  }
}
