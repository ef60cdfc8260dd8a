import assert from 'node:assert/strict'
import { until } from '../../until.ts'
import type { BrokerCase } from '../broker.ts'
import {
  join,
  newGroup,
  newTopic,
  progress,
  type Recorder,
  record,
  recorder,
  text,
} from './broker-fixtures.ts'

const inShares = (...members: Recorder[]) => members.map((member) => member.partitions().length)

/** Several members of one group. */
export const brokerRebalanceCases: Readonly<Record<string, BrokerCase>> = {
  'shares the partitions evenly, and moves only those that must move': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 6 })
    const group = newGroup()
    const [one, two, three] = [recorder(), recorder(), recorder()]
    await join(broker, { group, topics: [topic] }, one)
    await until('one has all', () => one.partitions().length === 6)
    await join(broker, { group, topics: [topic] }, two)
    await until('three each', () => `${inShares(one, two)}` === '3,3')
    const before = { one: one.partitions(), two: two.partitions() }
    await join(broker, { group, topics: [topic] }, three)
    await until('two each', () => `${inShares(one, two, three)}` === '2,2,2')
    assert.ok(one.partitions().every((partition) => before.one.includes(partition)))
    assert.ok(two.partitions().every((partition) => before.two.includes(partition)))
    const given = one.log.filter((line) => line.startsWith('assign '))
    assert.equal(given.length, 1, 'a member that keeps a partition is not told of it again')
  },

  'gives partition p of all topics to the same member': async ({ broker }) => {
    const topics = [await newTopic(broker), await newTopic(broker), await newTopic(broker)]
    const group = newGroup()
    const [one, two] = [recorder(), recorder()]
    await join(broker, { group, topics }, one)
    await join(broker, { group, topics }, two)
    await until('shared', () => one.owned.size === 6 && two.owned.size === 6)
    for (const member of [one, two]) {
      for (const partition of member.partitions()) {
        for (const topic of topics) assert.ok(member.owned.has(`${topic}/${partition}`))
      }
    }
  },

  'awaits onRevoke before another member gets the partition, and takes its last commit': async ({
    broker,
  }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const group = newGroup()
    const let2go = Promise.withResolvers<void>()
    const one = recorder({
      async onRevoke(partitions) {
        await let2go.promise
        // What is finished is committed while the partition is still owned.
        const offsets = partitions.map(({ partition, epoch }) => ({
          topic,
          partition,
          epoch,
          offset: 5,
        }))
        await one.consumer?.commit(offsets)
      },
    })
    const two = recorder()
    await join(broker, { group, topics: [topic] }, one)
    await until('one has both', () => one.owned.size === 2)
    const both = [0, 1].flatMap((partition) =>
      Array.from({ length: 10 }, (_, i) => ({ ...record(topic, 'k', `${i}`), partition })),
    )
    await broker.append(both)
    await until('read', () => one.records.length === 20)
    await join(broker, { group, topics: [topic] }, two)
    await until('asked', () => one.log.some((line) => line.startsWith('revoke')))
    const moving = Number(one.log.find((line) => line.startsWith('revoke'))?.slice(7))
    await broker.append([{ ...record(topic, 'k', 'mid-flight'), partition: moving }])
    for (let i = 0; i < 20; i++)
      await broker.append([{ ...record(topic, 'k', 'x'), partition: 1 - moving }])
    await until(
      'what stays is not disturbed',
      () => one.records.filter(({ partition }) => partition !== moving).length === 30,
    )
    assert.deepEqual(two.log, [], 'the other waits')
    assert.equal(
      one.records.filter(({ partition }) => partition === moving).length,
      10,
      'nothing more is handed over',
    )
    let2go.resolve()
    await until('moved', () => two.records.length === 6)
    assert.deepEqual(two.records.map(text), ['5', '6', '7', '8', '9', 'mid-flight'])
    assert.deepEqual([one.partitions(), two.partitions()], [[1 - moving], [moving]])
  },

  'moves on without a member that does not let go, and refuses its commits': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const group = newGroup()
    const never = new Promise<void>(() => {})
    const zombie = recorder({ onRevoke: () => never })
    const consumer = await join(broker, { group, topics: [topic], revokeTimeoutMs: 50 }, zombie)
    await until('it has both', () => zombie.owned.size === 2)
    await consumer.commit([0, 1].map((partition) => progress(zombie, topic, partition, 1)))
    const other = recorder()
    await join(broker, { group, topics: [topic], revokeTimeoutMs: 50 }, other)
    await until('moved on', () => other.owned.size === 1)
    const moved = other.partitions()[0] ?? -1
    const fenced = { code: 'C4A_EPOCH_FENCED' }
    await assert.rejects(consumer.commit([progress(zombie, topic, moved, 9)]), fenced)
    const mixed = [progress(zombie, topic, 1 - moved, 9), progress(zombie, topic, moved, 9)]
    await assert.rejects(consumer.commit(mixed), fenced)
    const offsets = (await broker.committed(group)).map(({ offset }) => offset)
    assert.deepEqual(offsets, [1, 1], 'a refused commit changes nothing')
    const theirs = other.owned.get(`${topic}/${moved}`)?.epoch ?? 0
    assert.ok(theirs > (zombie.owned.get(`${topic}/${moved}`)?.epoch ?? 0))
    await other.consumer?.commit([progress(other, topic, moved, 3)])
    assert.equal(
      (await broker.committed(group)).find(({ partition }) => partition === moved)?.offset,
      3,
    )
  },

  'gives the partitions of a member that leaves to the others': async ({ broker }) => {
    const topic = await newTopic(broker)
    const group = newGroup()
    const [one, two] = [recorder(), recorder()]
    const leaving = await join(broker, { group, topics: [topic] }, one)
    await join(broker, { group, topics: [topic] }, two)
    await until('shared', () => `${inShares(one, two)}` === '2,2')
    const was = one.partitions()
    const late = was.map((partition) => progress(one, topic, partition, 1))
    await leaving.close()
    assert.equal(one.log.at(-1), 'revoked', 'it is asked to let go first')
    await until('two has all', () => two.partitions().length === 4)
    await assert.rejects(leaving.commit(late), { code: 'C4A_EPOCH_FENCED' })
    await broker.append(Array.from({ length: 40 }, (_, i) => record(topic, `${i}`, `${i}`)))
    await until('read', () => two.records.length === 40)
    assert.equal(one.records.length, 0)
  },

  'loses no record and keeps the order while members come and go': async ({ broker }) => {
    const topic = await newTopic(broker)
    const group = newGroup()
    const seen = Array.from({ length: 4 }, () => new Set<number>())
    const member = () => {
      const done = new Map<number, { offset: number; epoch: number }>()
      const commit = async (partitions: Iterable<number>) => {
        const offsets = [...partitions].flatMap((partition) => {
          const at = done.get(partition)
          return at ? [{ topic, partition, ...at }] : []
        })
        await self.consumer?.commit(offsets)
      }
      const self = recorder({
        onRevoke: (partitions) => commit(partitions.map(({ partition }) => partition)),
        onRecords({ partition, epoch }, records) {
          for (const { offset } of records) {
            const before = done.get(partition)
            const follows = before?.epoch !== epoch || before.offset === offset
            assert.ok(follows, `partition ${partition}: ${offset} after ${before?.offset}`)
            done.set(partition, { offset: offset + 1, epoch })
            seen[partition]?.add(offset)
          }
        },
      })
      return self
    }
    let appended = 0
    const append = async () => {
      await broker.append(
        Array.from({ length: 50 }, (_, i) => record(topic, `${i}`, `${appended + i}`)),
      )
      appended += 50
    }
    const first = member()
    await join(broker, { group, topics: [topic] }, first)
    for (let round = 0; round < 6; round++) {
      await append()
      const guest = member()
      const consumer = await join(broker, { group, topics: [topic] }, guest)
      await append()
      await until('the guest has its share', () => guest.partitions().length === 2)
      await append()
      await consumer.close()
    }
    await append()
    const total = () => seen.reduce((sum, offsets) => sum + offsets.size, 0)
    await until('every record was seen', () => total() === appended)
  },
}
