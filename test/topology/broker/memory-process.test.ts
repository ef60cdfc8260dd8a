import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type MemoryBrokerOptions,
  memoryBroker,
} from '../../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../../topology/adapters/memory-broker/memory-log.ts'
import { virtualClock } from '../../../topology/adapters/virtual-clock.ts'
import type { ConsumerListener } from '../../../topology/ports/broker.ts'
import {
  all,
  join,
  progress,
  record,
  recorder,
  text,
} from '../../conformance/broker/broker-fixtures.ts'

async function cluster() {
  const clock = virtualClock()
  const reports: unknown[] = []
  const log = memoryLog(clock, { report: (error) => reports.push(error) })
  const process = (options: MemoryBrokerOptions = {}) => memoryBroker(log, clock, options)
  const observer = process()
  await observer.ensureTopics([{ name: 't', partitions: 2, cleanup: 'delete', retentionMs: 1e9 }])
  const kept = async (partition: number) => (await all(observer, 't', partition)).map(text)
  const at = (partition: number, value: string) => ({ ...record('t', 'k', value), partition })
  return { clock, reports, process, observer, kept, at }
}

/** Whether the promise has settled by now. */
function watch(promise: Promise<unknown>): () => string {
  let state = 'pending'
  promise.then(
    () => {
      state = 'resolved'
    },
    () => {
      state = 'rejected'
    },
  )
  return () => state
}

const slow: MemoryBrokerOptions = { appendDelayMs: () => 10, commitDelayMs: () => 10 }

describe('a process on the memory log', () => {
  test('acknowledges an append when its time to the disk is over, and shows it to nobody before', async () => {
    const { clock, process, kept, at } = await cluster()
    const state = watch(process(slow).append([at(0, 'a')]))
    await clock.advance(9)
    assert.deepEqual([state(), await kept(0)], ['pending', []])
    await clock.advance(1)
    assert.deepEqual([state(), await kept(0)], ['resolved', ['a']])
  })

  test('keeps the order of its appends whatever time each takes, and whichever the gate holds up', async () => {
    const { clock, process, kept, at } = await cluster()
    const delays = [30, 1, 10]
    const holds = [5, 50, 0]
    const broker = process({
      appendDelayMs: () => delays.shift() ?? 0,
      gate: ({ phase }) => clock.sleep(phase === 'before' ? (holds.shift() ?? 0) : 0),
    })
    const states = ['a', 'b', 'c'].map((value) => watch(broker.append([at(0, value)])))
    await clock.advance(45)
    assert.deepEqual(await kept(0), ['a'], 'c is ready, and waits for b, which its gate holds up')
    await clock.advance(100)
    assert.deepEqual(await kept(0), ['a', 'b', 'c'])
    assert.deepEqual(
      states.map((state) => state()),
      ['resolved', 'resolved', 'resolved'],
    )
  })

  test('dies with its unsynced appends, each partition as decided, and answers nobody any more', async () => {
    const { clock, process, kept, at } = await cluster()
    const asked: string[] = []
    const broker = process({
      ...slow,
      keepUnsynced({ kind, partition, records }) {
        asked.push(`${kind} ${partition} ${records}`)
        return partition === 1
      },
    })
    const state = watch(broker.append([at(0, 'a'), at(1, 'b'), at(1, 'c')]))
    const from = { topic: 't', partition: 1, offset: 0 }
    const waiting = watch(broker.read(from, { maxRecords: 1, maxWaitMs: 500 }))
    await clock.advance(5)
    broker.kill()
    await clock.advance(1000)
    assert.deepEqual(asked, ['append 0 1', 'append 1 2'])
    assert.deepEqual([await kept(0), await kept(1)], [[], ['b', 'c']])
    assert.deepEqual([state(), waiting()], ['pending', 'pending'])
    const later = watch(broker.append([at(0, 'late')]))
    const ends = watch(broker.ends('t'))
    await clock.advance(1000)
    assert.deepEqual([later(), ends(), await kept(0)], ['pending', 'pending', []])
  })

  test('never keeps an append whose predecessor in the partition was lost', async () => {
    const { clock, process, kept, at } = await cluster()
    let asked = 0
    const broker = process({ ...slow, keepUnsynced: () => asked++ > 0 })
    for (const value of ['a', 'b', 'c']) void broker.append([at(0, value)])
    await clock.advance(5)
    broker.kill()
    assert.deepEqual(await kept(0), [])
  })

  test('loses a commit on its way with its process, or keeps it, as decided', async () => {
    for (const keep of [false, true]) {
      const { clock, process, observer } = await cluster()
      const broker = process({ ...slow, keepUnsynced: () => keep })
      const member = recorder()
      const consumer = await join(broker, { group: 'g', topics: ['t'] }, member)
      await clock.advance(1)
      const state = watch(consumer.commit([progress(member, 't', 0, 7)]))
      await clock.advance(5)
      broker.kill()
      await clock.advance(100)
      assert.equal(state(), 'pending')
      assert.deepEqual(
        (await observer.committed('g')).map(({ offset }) => offset),
        keep ? [7] : [],
      )
    }
  })

  test('is passed by its gate before and after every call; what the gate throws is the answer', async () => {
    const { process, kept, at } = await cluster()
    const seen: string[] = []
    const refuse = new Set<string>()
    const broker = process({
      async gate({ call, phase }) {
        seen.push(`${phase} ${call}`)
        if (refuse.has(`${phase} ${call}`)) throw new Error('gate')
      },
    })
    await broker.append([at(0, 'a')])
    await broker.ends('t')
    assert.deepEqual(seen, ['before append', 'after append', 'before ends', 'after ends'])
    refuse.add('before append')
    await assert.rejects(broker.append([at(0, 'b')]), /gate/)
    refuse.clear()
    refuse.add('after append')
    await assert.rejects(broker.append([at(0, 'c')]), /gate/)
    assert.deepEqual(await kept(0), ['a', 'c'])
  })

  test('leaves its partitions to others when its session has ended, not before, and is told nothing', async () => {
    const { clock, process, at, observer } = await cluster()
    const broker = process({ sessionTimeoutMs: 6000 })
    const [dead, heir] = [recorder(), recorder()]
    await join(broker, { group: 'g', topics: ['t'] }, dead)
    await clock.advance(1)
    assert.equal(dead.owned.size, 2)
    broker.kill()
    await join(process(), { group: 'g', topics: ['t'] }, heir)
    await observer.append([at(0, 'a'), at(1, 'b')])
    await clock.advance(5999)
    assert.deepEqual([heir.owned.size, heir.records.length], [0, 0])
    await assert.rejects(observer.setOffsets('g', []), { code: 'C4A_GROUP_ACTIVE' })
    await clock.advance(2)
    assert.deepEqual([heir.owned.size, heir.records.length], [2, 2])
    assert.deepEqual([dead.records.length, dead.log.length], [0, 2])
  })

  test('does not make its heir skip records when it read from the end and had committed nothing', async () => {
    const { clock, process, observer, at } = await cluster()
    const broker = process({ sessionTimeoutMs: 100 })
    await join(broker, { group: 'g', topics: ['t'], from: 'latest' }, recorder())
    await clock.advance(1)
    broker.kill()
    await observer.append([at(0, 'meanwhile')])
    const heir = recorder()
    await join(process(), { group: 'g', topics: ['t'], from: 'latest' }, heir)
    await clock.advance(200)
    assert.deepEqual(heir.records.map(text), ['meanwhile'])
  })

  test('hands nothing over that it took up just before it died', async () => {
    const { clock, process, observer, at } = await cluster()
    const broker = process()
    const member = recorder()
    await join(broker, { group: 'g', topics: ['t'] }, member)
    await clock.advance(1)
    await observer.append([at(0, 'a')])
    broker.kill()
    await clock.advance(100)
    assert.equal(member.records.length, 0)
  })
})

describe('a process that loses its sessions', () => {
  test('goes on unaware while others have its partitions; lets go when it hears, and joins again', async () => {
    const { clock, process, observer, at } = await cluster()
    const broker = process()
    const [cutOff, heir] = [recorder(), recorder()]
    const consumer = await join(broker, { group: 'g', topics: ['t'] }, cutOff)
    await clock.advance(1)
    broker.loseSessions(() => 500)
    await join(process(), { group: 'g', topics: ['t'] }, heir)
    await clock.advance(10)
    assert.deepEqual(
      [cutOff.owned.size, heir.owned.size],
      [2, 2],
      'both believe that they have them',
    )
    await assert.rejects(consumer.commit([progress(cutOff, 't', 0, 7)]), {
      code: 'C4A_EPOCH_FENCED',
    })
    await broker.append([at(0, 'written all the same')])
    await clock.advance(10)
    assert.deepEqual([cutOff.records.length, heir.records.length], [0, 1])
    await clock.advance(500)
    assert.deepEqual(cutOff.log.slice(2, 4), ['revoke 0,1', 'revoked'])
    assert.deepEqual(
      [cutOff.owned.size, heir.owned.size],
      [1, 1],
      'in the group again, with its share',
    )
    const [mine] = cutOff.owned.values()
    assert.ok(mine)
    await consumer.commit([progress(cutOff, 't', mine.partition, 0)])
    await observer.append([at(mine.partition, 'and read again')])
    await clock.advance(10)
    assert.equal(text(cutOff.records.at(-1)), 'and read again')
  })

  test('is told to let go only after what it is being given has been taken', async () => {
    const { clock, process } = await cluster()
    const slowly = recorder({ onAssign: () => clock.sleep(300) })
    const broker = process()
    await join(broker, { group: 'g', topics: ['t'] }, slowly)
    await clock.advance(1)
    broker.loseSessions(() => 10)
    await clock.advance(400)
    assert.deepEqual(slowly.log.slice(0, 4), ['assign 0,1', 'assigned', 'revoke 0,1', 'revoked'])
  })

  test('leaves, and dies, in the middle of it', async () => {
    const { clock, process } = await cluster()
    for (const end of ['leave', 'die'] as const) {
      const broker = process()
      const member = recorder()
      const consumer = await join(broker, { group: end, topics: ['t'] }, member)
      await clock.advance(1)
      broker.loseSessions(() => 500)
      await clock.advance(10)
      const left = watch(consumer.close())
      if (end === 'die') broker.kill()
      await clock.advance(10_000)
      assert.equal(left(), end === 'leave' ? 'resolved' : 'pending')
      assert.equal(member.owned.size, end === 'leave' ? 0 : 2)
      const heir = recorder()
      await join(process(), { group: end, topics: ['t'] }, heir)
      await clock.advance(10)
      assert.equal(heir.owned.size, 2)
    }
  })
})

describe('a member that misbehaves', () => {
  const failing = (hooks: Partial<ConsumerListener>) => recorder(hooks)

  test('is asked again when its onAssign failed', async () => {
    const { clock, process, reports } = await cluster()
    let times = 0
    const member = failing({
      async onAssign() {
        times += 1
        if (times === 1) throw new Error('not yet')
      },
    })
    await join(process(), { group: 'g', topics: ['t'] }, member)
    await clock.advance(10)
    assert.deepEqual([times, member.owned.size, reports.length], [1, 0, 1])
    await clock.advance(1000)
    assert.deepEqual([times, member.owned.size], [2, 2])
  })

  test('does not keep a partition by hanging in onAssign', async () => {
    const { clock, process } = await cluster()
    const hanging = failing({ onAssign: () => new Promise(() => {}) })
    const other = recorder()
    await join(process(), { group: 'g', topics: ['t'], revokeTimeoutMs: 500 }, hanging)
    await join(process(), { group: 'g', topics: ['t'], revokeTimeoutMs: 500 }, other)
    await clock.advance(499)
    assert.equal(other.owned.size, 0)
    await clock.advance(2)
    assert.equal(other.owned.size, 1)
  })

  test('stops its own partition, not the others, when onRecords throws', async () => {
    const { clock, process, observer, reports, at } = await cluster()
    const member = failing({
      onRecords({ partition }) {
        if (partition === 0) throw new Error('a fault of the listener')
      },
    })
    const consumer = await join(process(), { group: 'g', topics: ['t'] }, member)
    await clock.advance(1)
    const sinceMs = clock.now()
    await observer.append([at(0, 'a'), at(1, 'b')])
    await clock.advance(10)
    await observer.append([at(0, 'c'), at(1, 'd')])
    await clock.advance(1000)
    assert.deepEqual(member.records.map(text), ['a', 'b', 'd'])
    assert.equal(reports.length, 1)
    assert.ok(consumer.lastContactMs() <= sinceMs + 10, 'the watchdog can see it')
  })

  test('gets nothing from a partition paused before its turn came', async () => {
    const { clock, process, observer, at } = await cluster()
    const member = recorder()
    const consumer = await join(process(), { group: 'g', topics: ['t'] }, member)
    await clock.advance(1)
    await observer.append([at(0, 'a')])
    consumer.pause([{ topic: 't', partition: 0 }])
    await clock.advance(10)
    assert.equal(member.records.length, 0)
    consumer.resume([{ topic: 't', partition: 0 }])
    await clock.advance(10)
    assert.equal(member.records.length, 1)
  })

  test('gets at most 500 records or 1 MiB between two turns', async () => {
    const { clock, process, observer } = await cluster()
    const large = { ...record('t', 'k', null), value: new Uint8Array(300_000), partition: 0 }
    await observer.append(Array.from({ length: 8 }, () => large))
    await observer.append(
      Array.from({ length: 1200 }, () => ({ ...record('t', 'k', 'x'), partition: 1 })),
    )
    const batches: string[] = []
    const member = recorder({
      onRecords: ({ partition }, records) => void batches.push(`${partition}: ${records.length}`),
    })
    await join(process(), { group: 'g', topics: ['t'] }, member)
    await clock.advance(100)
    assert.equal(member.records.length, 1208)
    for (const batch of batches) {
      const [partition, count] = batch.split(': ').map(Number)
      assert.ok((count ?? 0) <= (partition === 0 ? 3 : 500), batch)
    }
  })
})
