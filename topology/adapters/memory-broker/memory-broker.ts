import type { NewRecord, Position, TopicPartition } from '../../contract/record.ts'
import type { Broker, Consumer } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { recordBytes } from '../embedded/record-bytes.ts'
import { partitionOf } from '../partitioner.ts'
import type { MemoryLog } from './memory-log.ts'
import type { MemoryPartition } from './memory-partition.ts'
import { Session } from './session.ts'
import { unsyncedQueue } from './unsynced-queue.ts'

export interface MemoryBrokerOptions {
  /** How long an append takes to be durable, asked per append; 0 by default. Milliseconds. */
  readonly appendDelayMs?: () => number
  /** Likewise for committed offsets. */
  readonly commitDelayMs?: () => number
  /**
   * Asked at a kill for each unsynced write and partition, in order: is it kept, though nobody was told so?
   * Once one append to a partition is lost, so are that process's later ones to it, as on any real log. By default all are lost.
   */
  readonly keepUnsynced?: (write: UnsyncedWrite) => boolean
  /**
   * Called before and after every port call. The call waits for it; when it throws, the call rejects with that
   * (after `before` nothing has happened, after `after` everything has).
   */
  readonly gate?: (operation: BrokerOperation) => Promise<void>
  /** After a kill the members' partitions are given to others so much later; the default is 6,000 ms. */
  readonly sessionTimeoutMs?: number
}

export interface UnsyncedWrite extends TopicPartition {
  readonly kind: 'append' | 'commit'
  readonly records: number
}

export interface BrokerOperation {
  readonly call: keyof Broker | 'commit' | 'leave'
  readonly phase: 'before' | 'after'
}

/** One process's connection to a memory log. */
export interface MemoryBroker extends Broker {
  /** The process dies, now: no promise of it settles any more and no listener of it is called. */
  kill(): void
  /**
   * Its groups go on without it from now on, though it lives; of each it hears so much later, asked per group: milliseconds.
   */
  loseSessions(unawareMs: () => number): void
}

/** Several brokers on one log are several processes; consumer groups span them. */
export function memoryBroker(
  log: MemoryLog,
  clock: Clock,
  options: MemoryBrokerOptions = {},
): MemoryBroker {
  const { gate, keepUnsynced = () => false, sessionTimeoutMs = 6000 } = options
  const appends = unsyncedQueue(clock)
  const commits = unsyncedQueue(clock)
  const sessions = new Set<Session>()
  const lostPartitions = new Set<MemoryPartition>()
  let state: 'open' | 'closed' | 'dead' = 'open'

  /** Every port call goes through here: gates, death and closing are handled in one place. */
  async function through<Result>(
    call: BrokerOperation['call'],
    body: () => Result | Promise<Result>,
    refused?: () => void,
  ): Promise<Result> {
    try {
      await alive()
      if (gate) await gate({ call, phase: 'before' })
      await alive()
    } catch (error) {
      refused?.()
      await alive()
      throw error
    }
    try {
      const result = await body()
      if (gate) await gate({ call, phase: 'after' })
      return result
    } finally {
      if (isDead()) await new Promise<never>(() => {})
    }
  }

  // Apart from `alive`, because the state changes while others wait: a narrowed comparison would be wrong.
  const isDead = () => state === 'dead'

  function alive(): undefined | Promise<never> {
    if (state === 'dead') return new Promise(() => {})
    if (state === 'closed') throw logFaults.unreachable('The log is not available', 'it was closed')
    return undefined
  }

  /** Throws before anything is appended. */
  function placed(records: readonly NewRecord[]): MemoryPartition[] {
    return records.map((record) => {
      const { topic, key, partition } = record
      const bytes = recordBytes(record)
      if (bytes > log.maxRecordBytes) throw logFaults.tooLarge(topic, bytes, log.maxRecordBytes)
      if (partition !== undefined) return log.partition({ topic, partition })
      const all = log.partitions(topic)
      return log.partition({ topic, partition: partitionOf(key, all.length) })
    })
  }

  function store(
    records: readonly NewRecord[],
    places: readonly MemoryPartition[],
    timestampMs: number,
    kept: (place: MemoryPartition) => boolean,
  ): Position[] {
    const positions: Position[] = []
    const touched = new Set<MemoryPartition>()
    records.forEach((record, index) => {
      const place = places[index]
      if (!place || !kept(place)) return
      touched.add(place)
      const { topic, partition, offset } = place.append(record, record.timestampMs ?? timestampMs)
      positions.push({ topic, partition, offset })
    })
    for (const { topic, partition } of touched) {
      log.groups.wake(topic, partition)
      log.arrivals.wake(topic, partition)
    }
    return positions
  }

  function salvageAppend(
    records: readonly NewRecord[],
    places: readonly MemoryPartition[],
    timestampMs: number,
  ): void {
    for (const place of new Set(places)) {
      if (lostPartitions.has(place)) continue
      const { topic, partition } = place
      const count = places.filter((each) => each === place).length
      if (!keepUnsynced({ kind: 'append', topic, partition, records: count }))
        lostPartitions.add(place)
    }
    store(records, places, timestampMs, (place) => !lostPartitions.has(place))
  }

  function persist(group: string, offsets: readonly Position[]): Promise<void> {
    const write = commits.enter(
      () => log.setCommitted(group, offsets),
      () => {
        const kept = offsets.filter(({ topic, partition }) =>
          keepUnsynced({ kind: 'commit', topic, partition, records: 0 }),
        )
        log.setCommitted(group, kept)
      },
    )
    return write.send(options.commitDelayMs?.() ?? 0)
  }

  async function read(from: Position, maxRecords: number, maxWaitMs: number) {
    const untilMs = clock.now() + maxWaitMs
    log.cleanUp(from.topic)
    for (;;) {
      const { records } = log
        .partition(from)
        .fetch(from.offset, maxRecords, Number.POSITIVE_INFINITY)
      const leftMs = untilMs - clock.now()
      if (records.length > 0 || leftMs <= 0) return records
      await log.arrivals.wait(from.topic, from.partition, leftMs)
    }
  }

  return {
    ensureTopics: (specs) => through('ensureTopics', () => log.ensureTopics(specs)),
    topics: () => through('topics', () => [...log.specs.values()]),

    async append(records) {
      if (state !== 'open') return through('append', () => [])
      const places = placed(records)
      const nowMs = clock.now()
      // The place in the order is taken here, so that a gate which holds one call up cannot let a later one pass.
      const write = appends.enter(
        () => store(records, places, nowMs, () => true),
        () => salvageAppend(records, places, nowMs),
      )
      return through('append', () => write.send(options.appendDelayMs?.() ?? 0), write.drop)
    },

    subscribe: (wanted, listener) =>
      through('subscribe', (): Consumer => {
        for (const topic of wanted.topics) log.partitions(topic)
        const session = new Session(log.groups, clock, wanted, listener, persist)
        sessions.add(session)
        const { consumer } = session
        return {
          pause: (partitions) => consumer.pause(partitions),
          resume: (partitions) => consumer.resume(partitions),
          commit: (offsets) => through('commit', () => consumer.commit(offsets)),
          lastContactMs: () => consumer.lastContactMs(),
          close: () =>
            through('leave', async () => {
              await consumer.close()
              sessions.delete(session)
            }),
        }
      }),

    read: (from, { maxRecords, maxWaitMs }) =>
      through('read', () => read(from, maxRecords, maxWaitMs)),

    ends: (topic) =>
      through('ends', () => {
        log.cleanUp(topic)
        return log
          .partitions(topic)
          .map(({ partition, earliest, next }) => ({ topic, partition, earliest, next }))
      }),

    offsetsAt: (topic, timestampMs) =>
      through('offsetsAt', () => {
        log.cleanUp(topic)
        return log.partitions(topic).map((each) => {
          const { partition } = each
          return { topic, partition, offset: each.offsetAt(timestampMs) }
        })
      }),

    committed: (group) => through('committed', () => log.committed(group)),

    setOffsets: (group, positions) =>
      through('setOffsets', () => {
        const members = log.groups.members(group)
        if (members > 0) throw logFaults.groupActive(group, members)
        for (const position of positions) log.partition(position)
        log.setCommitted(group, positions)
      }),

    async close() {
      if (state === 'closed') return
      await through('close', async () => {
        await Promise.all([...sessions].map(({ consumer }) => consumer.close()))
        await Promise.all([appends.idle(), commits.idle()])
        if (!isDead()) state = 'closed'
      })
    },

    kill() {
      if (state !== 'open') return
      state = 'dead'
      appends.kill()
      commits.kill()
      for (const session of sessions) session.die(sessionTimeoutMs)
    },

    loseSessions(unawareMs) {
      for (const session of sessions) session.lose(unawareMs())
    },
  }
}
