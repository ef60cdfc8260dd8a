import assert from 'node:assert/strict'
import { partitionOf } from '../../../topology/adapters/partitioner.ts'
import type { ValueInPlace } from '../../../topology/contract/record.ts'
import { until } from '../../until.ts'
import type { BrokerCase } from '../broker.ts'
import { all, bytes, newTopic, record, text } from './broker-fixtures.ts'

const hour = 3_600_000

/** Appending, reading, ends, times, clean-up. */
export const brokerLogCases: Readonly<Record<string, BrokerCase>> = {
  'gives a record back as it was appended': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const headers = {
      'c4a-tenant': 'acme',
      traceparent: '00-ab-cd-01',
      naïve: 'olá "🙂"\n',
      '': '',
    }
    const value = Uint8Array.from({ length: 256 }, (_, i) => i)
    const timestampMs = Date.now() - hour
    await broker.append([
      { topic, key: 'acme/conversa-ção', value, headers, timestampMs },
      { topic, key: '', value: new Uint8Array(), headers: {} },
      { topic, key: 'gone', value: null, headers: { only: 'this' } },
    ])
    const [first, second, third] = await all(broker, topic)
    assert.deepEqual(first && Buffer.from(first.value ?? []), Buffer.from(value))
    assert.deepEqual({ ...first?.headers }, headers)
    assert.equal(first?.key, 'acme/conversa-ção')
    assert.equal(first?.timestampMs, timestampMs)
    assert.deepEqual([first?.topic, first?.partition, first?.offset], [topic, 0, 0])
    assert.deepEqual([second?.value?.byteLength, second?.key, { ...second?.headers }], [0, '', {}])
    assert.deepEqual(
      [third?.value, third?.key, { ...third?.headers }],
      [null, 'gone', { only: 'this' }],
    )
    assert.ok(
      Math.abs((third?.timestampMs ?? 0) - Date.now()) < hour,
      'the broker dates what has no date',
    )
  },

  'answers positions in the order given, and counts each partition from 0': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const at = (partition: number) => ({ ...record(topic, 'k', 'v'), partition })
    const positions = await broker.append([at(1), at(0), at(1), at(1), at(0)])
    assert.deepEqual(
      positions.map(({ partition, offset }) => [partition, offset]),
      [
        [1, 0],
        [0, 0],
        [1, 1],
        [1, 2],
        [0, 1],
      ],
    )
    assert.deepEqual(await broker.append([]), [])
  },

  "places a key as Kafka's Java client does": async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 4 })
    const keys = ['acme/1', 'acme/2', 'acme/ção', '21', 'foobar', 'a-little-bit-long-string']
    const positions = await broker.append(keys.map((key) => record(topic, key, 'v')))
    assert.deepEqual(
      positions.map(({ partition }) => partition),
      keys.map((key) => partitionOf(key, 4)),
    )
  },

  'keeps the order of calls begun one after another, for every key': async ({ broker }) => {
    const topic = await newTopic(broker)
    const calls: Promise<unknown>[] = []
    for (let i = 0; i < 300; i++) {
      const records = [record(topic, `key-${i % 7}`, `${i}`), record(topic, 'all', `${i}`)]
      calls.push(broker.append(i % 3 === 0 ? records : records.reverse()))
      // Some calls come while others are on their way to the disk.
      if (i % 40 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(calls)
    const seen = new Map<string, number>()
    let count = 0
    for (let partition = 0; partition < 4; partition++) {
      for (const each of await all(broker, topic, partition)) {
        const number = Number(text(each))
        assert.ok(number > (seen.get(each.key) ?? -1), `${each.key}: ${number} is out of order`)
        seen.set(each.key, number)
        count += 1
      }
    }
    assert.equal(count, 600)
  },

  'takes many concurrent appends and tells each its own position': async ({ broker }) => {
    const topic = await newTopic(broker)
    const positions = await Promise.all(
      Array.from({ length: 2000 }, (_, i) => broker.append([record(topic, `key-${i}`, `${i}`)])),
    )
    const at = new Map<string, string | null>()
    for (let partition = 0; partition < 4; partition++) {
      for (const each of await all(broker, topic, partition))
        at.set(`${partition}/${each.offset}`, text(each))
    }
    assert.equal(at.size, 2000)
    positions.forEach(([position], i) => {
      assert.equal(at.get(`${position?.partition}/${position?.offset}`), `${i}`)
    })
  },

  'refuses an unknown topic or partition before anything is appended': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const good = record(topic, 'k', 'v')
    const unknown = { code: 'C4A_TOPIC_UNKNOWN' }
    await assert.rejects(broker.append([good, record(`${topic}.none`, 'k', 'v')]), unknown)
    await assert.rejects(broker.append([good, { ...good, partition: 1 }]), unknown)
    await assert.rejects(broker.ends(`${topic}.none`), unknown)
    await assert.rejects(broker.offsetsAt(`${topic}.none`, 0), unknown)
    const from = { topic, partition: 7, offset: 0 }
    await assert.rejects(broker.read(from, { maxRecords: 1, maxWaitMs: 0 }), unknown)
    assert.deepEqual(await all(broker, topic), [])
  },

  'refuses a record that is too large before anything is appended': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const large = { ...record(topic, 'k', null), value: new Uint8Array(2 * 1024 * 1024) }
    await assert.rejects(broker.append([record(topic, 'k', 'v'), large]), {
      code: 'C4A_RECORD_TOO_LARGE',
    })
    assert.deepEqual(await all(broker, topic), [])
    await broker.append([{ ...large, value: new Uint8Array(900_000) }])
    assert.equal((await all(broker, topic))[0]?.value?.byteLength, 900_000)
  },

  'takes a value that can be written in its place, between others': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const texts = Array.from({ length: 300 }, (_, nth) => `${nth} `.repeat(nth))
    const records = texts.map((each, nth) => {
      const made = { ...record(topic, 'k', each), headers: { nth: `${nth >> 2}` } }
      return nth % 3 === 0 ? made : { ...made, inPlace: inPlace(each, 3 * each.length) }
    })
    await broker.append(records.slice(0, 100))
    await broker.append(records.slice(100))
    const found = await all(broker, topic)
    assert.deepEqual(found.map(text), texts)
    assert.deepEqual(
      found.map(({ headers }) => headers),
      records.map(({ headers }) => headers),
    )
  },

  'measures such a value itself, and not the room that it asks for': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const roomy = { ...record(topic, 'k', 'v'), inPlace: inPlace('v', 2 * 1024 * 1024) }
    const large = 'x'.repeat(2 * 1024 * 1024)
    const tooLarge = { ...record(topic, 'k', large), inPlace: inPlace(large, large.length) }
    await broker.append([roomy])
    await assert.rejects(broker.append([roomy, tooLarge]), { code: 'C4A_RECORD_TOO_LARGE' })
    assert.deepEqual((await all(broker, topic)).map(text), ['v'])
  },

  'creates topics once and refuses another number of partitions': async ({ broker }) => {
    const name = await newTopic(broker, { partitions: 3 })
    await broker.append([{ ...record(name, 'k', 'kept'), partition: 2 }])
    const spec = { name, partitions: 3, cleanup: 'delete', retentionMs: 7 * 24 * hour } as const
    await broker.ensureTopics([spec])
    assert.deepEqual(
      (await broker.topics()).find((each) => each.name === name),
      spec,
    )
    assert.equal(text((await all(broker, name, 2))[0]), 'kept')
    await assert.rejects(broker.ensureTopics([{ ...spec, partitions: 4 }]), {
      code: 'C4A_TOPIC_MISMATCH',
    })
    assert.equal((await broker.ends(name)).length, 3)
  },

  'creates a topic that two ask for at once': async ({ broker }) => {
    const name = await newTopic(broker)
    const spec = {
      name: `${name}.twice`,
      partitions: 2,
      cleanup: 'delete',
      retentionMs: hour,
    } as const
    await Promise.all([broker.ensureTopics([spec]), broker.ensureTopics([spec])])
    await broker.append([record(spec.name, 'k', 'v')])
    assert.equal((await broker.ends(spec.name)).length, 2)
  },

  'reads from an offset, no more than asked for': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    await broker.append(Array.from({ length: 10 }, (_, i) => record(topic, 'k', `${i}`)))
    const read = (offset: number, maxRecords: number) =>
      broker.read({ topic, partition: 0, offset }, { maxRecords, maxWaitMs: 0 })
    assert.deepEqual((await read(3, 4)).map(text), ['3', '4', '5', '6'])
    assert.deepEqual((await read(7, 100)).map(text), ['7', '8', '9'])
    assert.deepEqual(await read(10, 100), [])
  },

  'lets a read wait for the next record': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const from = { topic, partition: 1, offset: 0 }
    const waiting = broker.read(from, { maxRecords: 10, maxWaitMs: 60_000 })
    await broker.append([{ ...record(topic, 'k', 'other'), partition: 0 }])
    await broker.append([{ ...record(topic, 'k', 'this'), partition: 1 }])
    assert.deepEqual((await waiting).map(text), ['this'])
    const later = { topic, partition: 1, offset: 1 }
    assert.deepEqual(await broker.read(later, { maxRecords: 10, maxWaitMs: 5 }), [])
  },

  'tells the ends of every partition': async ({ broker }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    await broker.append([{ ...record(topic, 'k', 'v'), partition: 1 }])
    assert.deepEqual(
      [...(await broker.ends(topic))].sort((a, b) => a.partition - b.partition),
      [
        { topic, partition: 0, earliest: 0, next: 0 },
        { topic, partition: 1, earliest: 0, next: 1 },
      ],
    )
  },

  'finds the first offset that is not older than a time, whatever the order of times': async ({
    broker,
  }) => {
    const topic = await newTopic(broker, { partitions: 2 })
    const now = Date.now()
    for (const ms of [10, 30, 20, 40, 15]) {
      await broker.append([{ ...record(topic, 'k', 'v'), partition: 0, timestampMs: now + ms }])
    }
    const at = async (ms: number) =>
      (await broker.offsetsAt(topic, now + ms)).find(({ partition }) => partition === 0)?.offset
    assert.deepEqual(
      [await at(0), await at(10), await at(11), await at(25), await at(31), await at(41)],
      [0, 0, 1, 1, 3, 5],
    )
    const other = (await broker.offsetsAt(topic, 0)).find(({ partition }) => partition === 1)
    assert.deepEqual(other, { topic, partition: 1, offset: 0 })
  },

  'compacts to the last record of each key, at its old offset': async ({ broker, reopen }) => {
    const topic = await newTopic(broker, { partitions: 1, cleanup: 'compact' })
    const last = new Map<string, number>()
    let appended = 0
    const more = async () => {
      const records = Array.from({ length: 100 }, (_, i) =>
        record(topic, `key-${i % 5}`, `${appended + i}`),
      )
      for (const { key, offset } of (await broker.append(records)).map((at, i) => ({
        ...at,
        key: `key-${i % 5}`,
      }))) {
        last.set(key, offset)
      }
      appended += 100
    }
    await broker.append([
      record(topic, 'steady', 'first'),
      record(topic, 'deleted', 'x'),
      record(topic, 'deleted', null),
    ])
    await until('old records are gone', async () => {
      await more()
      return (await all(broker, topic)).length < appended / 2
    })
    const check = async (kept: Awaited<ReturnType<typeof all>>) => {
      assert.equal(text(kept[0]), 'first', 'a key with one record keeps it')
      assert.deepEqual([kept[1]?.key, kept[1]?.value], ['deleted', null], 'a young tombstone stays')
      for (const [key, offset] of last)
        assert.equal(kept.findLast((each) => each.key === key)?.offset, offset)
      assert.deepEqual(
        kept.map(({ offset }) => offset),
        kept.map(({ offset }) => offset).toSorted((a, b) => a - b),
      )
    }
    await check(await all(broker, topic))
    assert.equal((await broker.ends(topic))[0]?.next, appended + 3)
    await broker.close()
    const again = await reopen()
    await check(await all(again, topic))
    assert.deepEqual((await again.append([record(topic, 'k', 'v')]))[0]?.offset, appended + 3)
  },

  'forgets what is older than the retention, and goes on at the same offset': async ({
    broker,
    reopen,
  }) => {
    const topic = await newTopic(broker, { partitions: 1, retentionMs: hour })
    const old = { ...record(topic, 'k', 'old'), timestampMs: Date.now() - 2 * hour }
    await broker.append(Array.from({ length: 50 }, () => old))
    await broker.append([record(topic, 'k', 'young')])
    await until(
      'the old records are gone',
      async () => (await broker.ends(topic))[0]?.earliest === 50,
    )
    assert.deepEqual((await all(broker, topic)).map(text), ['young'])
    assert.deepEqual(await broker.offsetsAt(topic, 0), [{ topic, partition: 0, offset: 50 }])
    await broker.close()
    const again = await reopen()
    assert.deepEqual(await again.ends(topic), [{ topic, partition: 0, earliest: 50, next: 51 }])
    assert.equal((await again.append([record(topic, 'k', 'v')]))[0]?.offset, 51)
  },

  'keeps everything acknowledged over a reopening': async ({ broker, reopen }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const headers = { a: '1' }
    const timestampMs = Date.now() - 1000
    await broker.append([{ topic, key: 'k', value: bytes('v'), headers, timestampMs }])
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => broker.append([record(topic, 'k', `${i}`)])),
    )
    await broker.append([record(topic, 'k', null)])
    await broker.close()
    const kept = await all(await reopen(), topic)
    assert.deepEqual(
      [kept[0]?.key, text(kept[0]), { ...kept[0]?.headers }, kept[0]?.timestampMs],
      ['k', 'v', headers, timestampMs],
    )
    assert.deepEqual(
      kept.slice(1, 51).map(text),
      Array.from({ length: 50 }, (_, i) => `${i}`),
    )
    assert.equal(kept[51]?.value, null)
    assert.equal(kept.length, 52)
  },

  'waits for appends under way when it closes, and then takes none': async ({ broker, reopen }) => {
    const topic = await newTopic(broker, { partitions: 1 })
    const begun = broker.append([record(topic, 'k', 'begun')])
    await broker.close()
    await begun
    await assert.rejects(broker.append([record(topic, 'k', 'late')]), {
      code: 'C4A_BROKER_UNREACHABLE',
    })
    assert.deepEqual((await all(await reopen(), topic)).map(text), ['begun'])
  },
}

function inPlace(value: string, bound: number): ValueInPlace {
  return { bound, write: (buffer, at) => at + buffer.write(value, at) }
}
