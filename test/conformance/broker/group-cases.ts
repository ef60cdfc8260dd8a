import assert from 'node:assert/strict'
import { until } from '../../until.ts'
import type { BrokerCase } from '../broker.ts'
import { join, newGroup, newTopic, progress, record, recorder, text } from './broker-fixtures.ts'

/** One member of a group, or several groups: intake, offsets, pausing. */
export const brokerGroupCases: Readonly<Record<string, BrokerCase>> = {
  'hands every record over once, in the order of its partition': async ({ broker }) => {
    const topic = await newTopic(broker)
    const batch = (from: number) =>
      Array.from({ length: 400 }, (_, i) => record(topic, `key-${i % 9}`, `${from + i}`))
    await broker.append(batch(0))
    const member = recorder()
    await join(broker, { group: newGroup(), topics: [topic] }, member)
    await broker.append(batch(400))
    await Promise.all([broker.append(batch(800)), broker.append(batch(1200))])
    await until('all are there', () => member.records.length >= 1600)
    const next = [0, 0, 0, 0]
    for (const { partition, offset } of member.records) {
      assert.equal(offset, next[partition], 'no offset is left out, and none comes twice')
      next[partition] = offset + 1
    }
    assert.equal(new Set(member.records.map(text)).size, 1600)
  },

  'starts at the end where that is asked for': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    await broker.append([record(topic, 'k', 'before')])
    const member = recorder()
    await join(broker, { group: newGroup(), topics: [topic], from: 'latest' }, member)
    await until('assigned', () => member.owned.size === 1)
    assert.equal(member.owned.get(`${topic}/0`)?.offset, 1)
    await broker.append([record(topic, 'k', 'after')])
    await until('it has come', () => member.records.length > 0)
    assert.deepEqual(member.records.map(text), ['after'])
  },

  'gives every group all records': async ({ broker }) => {
    const topic = await newTopic(broker)
    const [one, two] = [recorder(), recorder()]
    await join(broker, { group: newGroup(), topics: [topic] }, one)
    await join(broker, { group: newGroup(), topics: [topic] }, two)
    await broker.append(Array.from({ length: 100 }, (_, i) => record(topic, `${i}`, `${i}`)))
    await until('both have all', () => one.records.length === 100 && two.records.length === 100)
  },

  'awaits onAssign before the first record': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    await broker.append([record(topic, 'k', 'v')])
    const gate = Promise.withResolvers<void>()
    const member = recorder({
      onAssign: () => gate.promise,
      onRecords: () => void member.log.push('records'),
    })
    await join(broker, { group: newGroup(), topics: [topic] }, member)
    await until('asked', () => member.log.length > 0)
    const witness = recorder()
    await join(broker, { group: newGroup(), topics: [topic] }, witness)
    await broker.append([record(topic, 'k', 'w')])
    await until('others have both', () => witness.records.length === 2)
    assert.deepEqual(member.log, ['assign 0'])
    gate.resolve()
    await until('records', () => member.records.length === 2)
    assert.deepEqual(member.log.slice(0, 3), ['assign 0', 'assigned', 'records'])
  },

  'goes on at the committed offset, also after a reopening': async ({ broker, reopen }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const group = newGroup()
    await broker.append(Array.from({ length: 10 }, (_, i) => record(topic, 'k', `${i}`)))
    const first = recorder()
    const consumer = await join(broker, { group, topics: [topic] }, first)
    await until('read', () => first.records.length === 10)
    await consumer.commit([progress(first, topic, 0, 4)])
    assert.deepEqual(await broker.committed(group), [{ topic, partition: 0, offset: 4 }])
    await consumer.close()
    const second = recorder()
    const next = await join(broker, { group, topics: [topic], from: 'latest' }, second)
    await until('read on', () => second.records.length === 6)
    assert.deepEqual(second.records.map(text), ['4', '5', '6', '7', '8', '9'])
    await next.commit([progress(second, topic, 0, 7)])
    await broker.close()
    const again = await reopen()
    assert.deepEqual(await again.committed(group), [{ topic, partition: 0, offset: 7 }])
    const third = recorder()
    await join(again, { group, topics: [topic] }, third)
    await until('read on again', () => third.records.length === 3)
    assert.equal(third.owned.get(`${topic}/0`)?.offset, 7)
    assert.ok((third.owned.get(`${topic}/0`)?.epoch ?? 0) > (first.records.length ? 0 : 1))
    await again.close()
  },

  'gives epochs that only grow, also over a reopening': async ({ broker, reopen }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const group = newGroup()
    const epochs: number[] = []
    const onAssign = async (partitions: readonly { epoch: number }[]) => {
      for (const { epoch } of partitions) epochs.push(epoch)
    }
    for (const under of [broker, broker]) {
      const consumer = await join(under, { group, topics: [topic] }, recorder({ onAssign }))
      const before = epochs.length
      await until(
        'assigned',
        () => epochs.length >= before && epochs.length % 2 === 0 && epochs.length > 0,
      )
      await consumer.close()
    }
    await broker.close()
    const again = await reopen()
    const count = epochs.length
    await join(again, { group, topics: [topic] }, recorder({ onAssign }))
    await until('assigned again', () => epochs.length >= count + 2)
    assert.deepEqual(
      epochs,
      [...new Set(epochs)].toSorted((a, b) => a - b),
    )
    await again.close()
  },

  'has no committed offset where nothing was committed': async ({ broker }) => {
    const topic = await newTopic(broker)
    const member = recorder()
    const group = newGroup()
    const consumer = await join(broker, { group, topics: [topic] }, member)
    await until('assigned', () => member.owned.size === 4)
    await consumer.commit([progress(member, topic, 2, 0)])
    await consumer.commit([])
    assert.deepEqual(await broker.committed(group), [{ topic, partition: 2, offset: 0 }])
    assert.deepEqual(await broker.committed(newGroup()), [])
  },

  'sets the offsets of a group only while it is idle': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const group = newGroup()
    await broker.append(Array.from({ length: 5 }, (_, i) => record(topic, 'k', `${i}`)))
    await broker.setOffsets(group, [{ topic, partition: 0, offset: 3 }])
    const member = recorder()
    const consumer = await join(broker, { group, topics: [topic] }, member)
    await until('read', () => member.records.length === 2)
    const start = [{ topic, partition: 0, offset: 0 }]
    await assert.rejects(broker.setOffsets(group, start), { code: 'C4A_GROUP_ACTIVE' })
    assert.deepEqual(await broker.committed(group), [{ topic, partition: 0, offset: 3 }])
    await consumer.close()
    await broker.setOffsets(group, start)
    assert.deepEqual(await broker.committed(group), start)
  },

  'hands nothing over from a paused partition, and all of it once resumed': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const at = (partition: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ ...record(topic, 'k', `${i}`), partition }))
    let batches = 0
    const member = recorder({
      onRecords(owned) {
        if (owned.partition !== 0) return
        batches += 1
        member.consumer?.pause([{ topic, partition: 0 }])
      },
    })
    const group = newGroup()
    const consumer = await join(broker, { group, topics: [topic] }, member)
    await until('assigned', () => member.owned.size === 2)
    await broker.append(at(0, 3000))
    await until('the first batch', () => batches > 0)
    for (let i = 0; i < 20; i++) {
      await broker.append(at(1, 100))
      const seen = (i + 1) * 100
      await until(
        'the other runs',
        () => member.records.filter(({ partition }) => partition === 1).length === seen,
      )
    }
    assert.ok(batches <= 2, `one batch may be on its way, ${batches} came`)
    const paused = () => member.records.filter(({ partition }) => partition === 0)
    assert.ok(paused().length < 3000)
    await until('all after resuming', () => {
      consumer.resume([{ topic, partition: 0 }])
      return paused().length >= 3000
    })
    assert.deepEqual(
      paused().map(({ offset }) => offset),
      Array.from({ length: 3000 }, (_, i) => i),
    )
  },

  'tells when it was last in contact': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const member = recorder()
    const consumer = await join(broker, { group: newGroup(), topics: [topic] }, member)
    await until('assigned', () => member.owned.size === 1)
    const sinceMs = Date.now()
    await until('an empty fetch counts', () => consumer.lastContactMs() >= sinceMs)
  },

  'refuses to read a topic that does not exist': async ({ broker }) => {
    const topic = await newTopic(broker)
    const subscribed = join(
      broker,
      { group: newGroup(), topics: [topic, `${topic}.none`] },
      recorder(),
    )
    await assert.rejects(subscribed, { code: 'C4A_TOPIC_UNKNOWN' })
  },
}
