import { isCode } from '../../../contract/errors.ts'
import type { Position, TopicPartition } from '../../../contract/record.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import type { KafkaSettings } from '../kafka-options.ts'
import type { Connection } from '../wire/connection.ts'
import { Coordinator } from '../wire/coordinator.ts'
import { type KafkaError, kafkaError } from '../wire/kafka-error.ts'
import type { JoinAnswer, KafkaNode } from '../wire/kafka-node.ts'
import { assign } from './assign.ts'
import { readAssignment, readClaims, writeAssignment, writeClaims } from './claims.ts'

export interface SessionEvents {
  /** What the member owns now, whatever it is doing with it. */
  claims(): readonly TopicPartition[]
  assigned(partitions: readonly TopicPartition[], generation: number): void
  /** The member is no longer of the group: nothing that it owned is its own any more. */
  lost(why: string): void
}

const protocol = 'c4a-sticky-1'
const restMs = 200
/** A commit is tried again for so long while the group or its coordinator changes. */
const commitPatienceMs = 10_000

/**
 * A member's place in its group: joins, says that it is there, and joins again when the group changes.
 *
 * Joining does not stop the reading: what the member owns it keeps while the others join. It is lost only when the
 * coordinator says so, or when it was not heard for a session: then another may have it, so we stop by ourselves.
 */
export class GroupSession {
  readonly #connection: Connection
  readonly #settings: KafkaSettings
  readonly #groupId: string
  readonly #topics: readonly string[]
  readonly #events: SessionEvents
  readonly #coordinator: Coordinator
  #memberId = ''
  #generation = -1
  #stable = false
  #lost = true
  #heardMs = Date.now()
  #mustJoin = true
  /** The last heartbeat was not answered, and the session goes on meanwhile. */
  #mustTell = false
  #stopped = false
  #wake: () => void = () => {}
  #running: Promise<void> = Promise.resolve()
  #watch: NodeJS.Timeout | undefined

  constructor(
    connection: Connection,
    settings: KafkaSettings,
    member: { readonly group: string; readonly topics: readonly string[] },
    events: SessionEvents,
  ) {
    this.#connection = connection
    this.#settings = settings
    this.#groupId = member.group
    this.#topics = member.topics
    this.#events = events
    this.#coordinator = new Coordinator(connection, member.group)
  }

  start(): void {
    this.#watch = setInterval(() => this.#expire(), this.#settings.heartbeatMs / 2)
    this.#running = this.#run()
  }

  /** When the coordinator last answered. */
  heardMs(): number {
    return this.#heardMs
  }

  /** What the member owns has changed, so the group must share anew. */
  rejoin(): void {
    this.#mustJoin = true
    this.#wake()
  }

  /** Everything must be let go of before. */
  async leave(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#running
    clearInterval(this.#watch)
    if (this.#memberId === '') return
    try {
      const leave = { groupId: this.#groupId, memberId: this.#memberId }
      await this.#coordinator.ask((node) => node.leaveGroup(leave))
    } catch (error) {
      // The coordinator notices when the session ends.
      this.#settings.log('info', 'a group could not be told of a leave', kafkaError(error).message)
    }
  }

  /** The group's committed offsets of these partitions; one that was never committed is absent. */
  async committed(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, each]) => ({
      topic,
      partitions: each.map(({ partition }) => ({ partition, offset: '' })),
    }))
    const { responses } = await this.#coordinator.ask((node) =>
      node.offsetFetch({ groupId: this.#groupId, topics }),
    )
    return responses
      .flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
      )
      .filter(({ offset }) => offset >= 0)
  }

  /** `fence` throws when the member may not commit these any more; it is asked each time before they are sent. */
  async commit(positions: readonly Position[], fence: () => void): Promise<void> {
    const untilMs = Date.now() + commitPatienceMs
    for (;;) {
      fence()
      const generation = this.#generation
      try {
        if (this.#stable) return await this.#sendCommit(positions)
      } catch (error) {
        this.#commitFailed(error, generation)
      }
      if (Date.now() > untilMs) {
        throw logFaults.unreachable(
          `The offsets of group '${this.#groupId}' were not committed`,
          'the group did not come to rest',
        )
      }
      await rest(this.#settings.heartbeatMs / 10)
    }
  }

  async #sendCommit(positions: readonly Position[]): Promise<void> {
    const commit = {
      groupId: this.#groupId,
      groupGenerationId: this.#generation,
      memberId: this.#memberId,
      topics: [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, each]) => ({
        topic,
        partitions: each.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
      })),
    }
    await this.#coordinator.ask((node) => node.offsetCommit(commit))
  }

  #commitFailed(error: unknown, generation: number): void {
    const { type } = kafkaError(error)
    if (type === 'REBALANCE_IN_PROGRESS') {
      this.rejoin()
    } else if (type === 'UNKNOWN_MEMBER_ID' || type === 'ILLEGAL_GENERATION') {
      // A generation may have ended while the commit was on its way.
      if (generation === this.#generation && this.#stable) this.#excluded(kafkaError(error))
    }
  }

  /** Ends when the member leaves; never rejects. */
  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (this.#mustJoin) await this.#join()
        else await this.#heartbeat()
      } catch (error) {
        this.#failed(error)
        if (!this.#stopped) await rest(restMs)
      }
    }
  }

  async #join(): Promise<void> {
    this.#mustJoin = false
    this.#stable = false
    const claimed = this.#events.claims()
    try {
      await this.#coordinator.ask((node) => this.#joinAndSync(node, claimed))
    } catch (error) {
      this.#mustJoin = true
      throw error
    }
  }

  async #joinAndSync(node: KafkaNode, claimed: readonly TopicPartition[]): Promise<void> {
    const { sessionTimeoutMs } = this.#settings
    const metadata = writeClaims({ topics: this.#topics, owned: claimed })
    const answer = await node.joinGroup({
      groupId: this.#groupId,
      sessionTimeout: sessionTimeoutMs,
      // Members answer at once, so whoever has not is gone; the wait must end well within a session.
      rebalanceTimeout: Math.round(sessionTimeoutMs * 0.5),
      memberId: this.#memberId,
      groupProtocols: [{ name: protocol, metadata }],
    })
    this.#memberId = answer.memberId
    this.#heardMs = Date.now()
    const { memberAssignment } = await node.syncGroup({
      groupId: this.#groupId,
      generationId: answer.generationId,
      memberId: answer.memberId,
      groupAssignment: await this.#assignments(answer),
    })
    this.#joined(claimed, readAssignment(memberAssignment), answer.generationId)
  }

  #joined(
    claimed: readonly TopicPartition[],
    assigned: readonly TopicPartition[],
    generation: number,
  ): void {
    this.#heardMs = Date.now()
    this.#generation = generation
    this.#stable = true
    this.#lost = false
    this.#events.assigned(assigned, generation)
    const held = new Set([...assigned, ...this.#events.claims()].map(nameOf))
    // Let go of while the others joined: they were told that it is still taken.
    if (claimed.some((at) => !held.has(nameOf(at)))) this.#mustJoin = true
  }

  /** The leader decides for all; the others send nothing. */
  async #assignments({ leaderId, memberId, members }: JoinAnswer) {
    if (leaderId !== memberId) return []
    const claims = members.map((each) => readClaims(each.memberId, each.memberMetadata))
    for (const topic of new Set(claims.flatMap(({ topics }) => topics))) {
      // One that does not exist (any more) has no partitions to give.
      await this.#connection.learn([topic]).catch((error: unknown) => {
        if (!isCode(error, 'C4A_TOPIC_UNKNOWN')) throw error
      })
    }
    const given = assign(claims, (topic) => this.#connection.partitions(topic) ?? 0)
    return [...given].map(([member, partitions]) => ({
      memberId: member,
      memberAssignment: writeAssignment(partitions),
    }))
  }

  async #heartbeat(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#settings.heartbeatMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (this.#mustJoin || this.#mustTell || this.#stopped) this.#wake()
    })
    if (this.#mustJoin || this.#stopped) return
    this.#mustTell = false
    const heartbeat = {
      groupId: this.#groupId,
      groupGenerationId: this.#generation,
      memberId: this.#memberId,
    }
    await this.#coordinator.ask((node) => node.heartbeat(heartbeat))
    this.#heardMs = Date.now()
  }

  #failed(error: unknown): void {
    const known = kafkaError(error)
    if (known.type === 'REBALANCE_IN_PROGRESS') {
      this.#heardMs = Date.now()
      this.#mustJoin = true
    } else if (
      known.type === 'UNKNOWN_MEMBER_ID' ||
      known.type === 'ILLEGAL_GENERATION' ||
      known.type === 'FENCED_INSTANCE_ID'
    ) {
      this.#excluded(known)
    } else {
      this.#mustTell = true
      this.#settings.log('warn', `group '${this.#groupId}': trying again`, known.message)
    }
  }

  #excluded({ type, message }: KafkaError): void {
    if (type !== 'ILLEGAL_GENERATION') this.#memberId = ''
    this.#loseAll(message)
    this.rejoin()
  }

  #expire(): void {
    const silentMs = Date.now() - this.#heardMs
    if (silentMs <= this.#settings.sessionTimeoutMs || this.#lost) return
    this.#loseAll(`its coordinator was not heard for ${silentMs} ms`)
    this.rejoin()
  }

  #loseAll(why: string): void {
    this.#stable = false
    if (this.#lost) return
    this.#lost = true
    this.#settings.log('warn', `a member of group '${this.#groupId}' lost its partitions`, why)
    this.#events.lost(why)
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
