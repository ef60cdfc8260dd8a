import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type KafkaOptions, kafkaSettings } from '../../../topology/adapters/kafka/kafka-options.ts'
import { Producer } from '../../../topology/adapters/kafka/producing/producer.ts'
import type { NewRecord } from '../../../topology/contract/record.ts'
import { until } from '../../until.ts'
import { type ScriptedLink, scriptedLink, type Verdict } from './scripted-node.ts'

const [notLeader, timedOut, tooLarge, outOfOrder, unknownProducer, badTime] = [6, 7, 10, 45, 59, 32]

function producer(link: ScriptedLink, options: Partial<KafkaOptions> = {}): Producer {
  return new Producer(link, kafkaSettings({ brokers: [], clientId: 'test', ...options }))
}

const at = (partition: number, ...values: readonly string[]): NewRecord[] =>
  values.map((value) => ({
    topic: 't',
    key: 'k',
    value: Buffer.from(value),
    headers: {},
    partition,
  }))

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`)

describe('a Kafka producer', () => {
  test('sends what is asked for at once together, a request to each node', async () => {
    const link = scriptedLink()
    const { append } = bound(producer(link))
    const positions = await Promise.all(
      numbers(0, 100).map((value, index) => append(at(index % 4, value))),
    )
    assert.equal(link.received.length, 4, 'a batch for each partition')
    positions.forEach(([position], index) => {
      assert.deepEqual(position, {
        topic: 't',
        partition: index % 4,
        offset: Math.floor(index / 4),
      })
    })
  })

  test('has one batch under way for a partition, and the next after it, while other nodes go on', async () => {
    const gate = Promise.withResolvers<void>()
    const link = scriptedLink(async ({ node }): Promise<Verdict> => {
      if (node === '0') await gate.promise
      return 'write'
    })
    const { append } = bound(producer(link, { lingerMs: 0 }))
    const slow = [append(at(0, 'a'))]
    await append(at(1, 'x'))
    slow.push(append(at(0, 'b')), append(at(0, 'c')))
    await append(at(1, 'y'))
    assert.deepEqual(
      link.received.map(({ values }) => values.join()),
      ['a', 'x', 'y'],
    )
    gate.resolve()
    await Promise.all(slow)
    assert.deepEqual(link.log.get(0), ['a', 'b', 'c'])
  })

  test('sends nothing to a new leader while the old one may still answer', async () => {
    const gate = Promise.withResolvers<void>()
    let leader = '0'
    const link = scriptedLink(
      async ({ node }): Promise<Verdict> => {
        if (node === '0') await gate.promise
        return 'write'
      },
      () => leader,
    )
    const { append } = bound(producer(link, { lingerMs: 0 }))
    const calls = [append(at(0, 'a'))]
    await until('the first batch is there', () => link.received.length === 1)
    leader = '1'
    calls.push(append(at(0, 'b')))
    // A round for others shows that the second had its chance.
    await append(at(2, 'x'))
    assert.deepEqual(
      link.received.map(({ values }) => values.join()),
      ['a', 'x'],
    )
    gate.resolve()
    const offsets = (await Promise.all(calls)).map(([position]) => position?.offset)
    assert.deepEqual(offsets, [0, 1])
    assert.deepEqual(link.log.get(0), ['a', 'b'])
  })

  const passing = { notLeader, timedOut, 'too few replicas in sync': 19, 'no rights': 29 }
  for (const [name, code] of Object.entries(passing)) {
    test(`sends the same batch again after '${name}', before what came later`, async () => {
      const link = scriptedLink((_, nth) => (nth < 3 ? code : 'write'))
      const { append } = bound(producer(link, { lingerMs: 0 }))
      const first = append(at(0, 'a', 'b'))
      await until('a batch is there', () => link.received.length > 0)
      await Promise.all([first, append(at(0, 'c'))])
      assert.deepEqual(link.log.get(0), ['a', 'b', 'c'])
      const [one, two, three] = link.received
      assert.ok(one && two && three && one.bytes.equals(two.bytes) && two.bytes.equals(three.bytes))
      assert.equal(link.refreshes() > 0, code === notLeader)
    })
  }

  test('writes once what was written and not answered', async () => {
    const link = scriptedLink((_, nth) => (nth < 4 ? 'write, and say nothing' : 'write'))
    const { append } = bound(producer(link))
    assert.deepEqual(await append(at(2, 'a', 'b')), [
      { topic: 't', partition: 2, offset: 0 },
      { topic: 't', partition: 2, offset: 1 },
    ])
    await append(at(2, 'c'))
    assert.deepEqual(link.log.get(2), ['a', 'b', 'c'])
  })

  for (const code of [outOfOrder, unknownProducer]) {
    test(`goes on as another producer, in order, when the broker does not know it (${code})`, async () => {
      const link = scriptedLink((_, nth) => (nth === 2 ? code : 'write'))
      const { append } = bound(producer(link, { lingerMs: 0 }))
      await append(at(0, 'a'))
      const second = append(at(0, 'b'))
      await until('a second batch is there', () => link.received.length > 1)
      await Promise.all([second, append(at(0, 'c'))])
      assert.deepEqual(link.log.get(0), ['a', 'b', 'c'])
      assert.deepEqual(
        link.received.map(({ producerId, sequence }) => [producerId, sequence]),
        [
          [101, 0],
          [101, 1],
          [102, 0],
          [102, 1],
        ],
      )
    })
  }

  test('gives an append up in time, and what follows it goes out under no number that was used', async () => {
    const link = scriptedLink(({ values }) => (values[0] === 'lost' ? 'say nothing' : 'write'))
    const { append } = bound(producer(link, { appendTimeoutMs: 1_500 }))
    await assert.rejects(append(at(0, 'lost')), { code: 'C4A_BROKER_UNREACHABLE' })
    await append(at(0, 'kept'))
    assert.deepEqual(link.log.get(0), ['kept'])
    const [first, last] = [link.received[0], link.received.at(-1)]
    assert.notEqual(first?.producerId, last?.producerId)
    assert.equal(last?.sequence, 0)
  })

  for (const [code, error] of [
    [tooLarge, 'C4A_RECORD_TOO_LARGE'],
    [badTime, 'C4A_RECORD_UNENCODABLE'],
  ] as const) {
    test(`finds the record that the broker refuses (${code}), and writes the others in order`, async () => {
      const link = scriptedLink(({ values }) => (values.includes('bad') ? code : 'write'))
      const { append } = bound(producer(link))
      const values = [...numbers(0, 5), 'bad', ...numbers(5, 9)]
      const results = await Promise.allSettled(values.map((value) => append(at(0, value))))
      const failed = results.flatMap((result, index) =>
        result.status === 'rejected' ? [[values[index], result.reason.code]] : [],
      )
      assert.deepEqual(failed, [['bad', error]])
      assert.deepEqual(link.log.get(0), numbers(0, 9))
    })
  }

  test('waits for a leader where there is none', async () => {
    let led = false
    const link = scriptedLink(undefined, () => (led ? '1' : undefined))
    const { append } = bound(producer(link))
    const waiting = append(at(3, 'a'))
    await until('it asks for leaders again', () => link.refreshes() > 1)
    led = true
    await waiting
    assert.deepEqual(link.log.get(3), ['a'])
  })

  test('takes no more than it may keep', async () => {
    const gate = Promise.withResolvers<void>()
    const link = scriptedLink(async (): Promise<Verdict> => {
      await gate.promise
      return 'write'
    })
    const { append } = bound(producer(link, { maxPendingBytes: 1000 }))
    const taken = append(at(0, 'x'.repeat(900)))
    await assert.rejects(append(at(1, 'y'.repeat(200))), { code: 'C4A_BROKER_UNREACHABLE' })
    gate.resolve()
    await taken
    await append(at(1, 'y'.repeat(200)))
  })

  test('cuts a backlog into batches that a broker takes', async () => {
    const link = scriptedLink()
    const { append } = bound(producer(link))
    const large = numbers(0, 30).map((number) => number.padStart(100_000, '0'))
    await append(at(0, ...large))
    assert.deepEqual(link.log.get(0), large)
    assert.ok(link.received.every(({ bytes }) => bytes.length <= 512 * 1024 + 100))
  })

  test('writes requests in the same room again, but not where a batch stands that is sent again', async () => {
    let refusals = 1
    const link = scriptedLink(({ partition }) =>
      partition === 0 && refusals-- > 0 ? timedOut : 'write',
    )
    const rooms: ArrayBufferLike[] = []
    const { append } = bound(producer(noting(link, rooms), { lingerMs: 0 }))
    const large = (letter: string) => letter.repeat(300_000)
    const refused = append([...at(0, large('a')), ...at(2, large('b'))])
    await until('the other batch is written', () => link.log.get(2)?.length === 1)
    await append(at(2, large('c')))
    await refused
    await append([...at(0, large('d')), ...at(2, large('e'))])
    await append([...at(0, large('f')), ...at(2, large('g'))])
    assert.deepEqual(
      [0, 2].map((partition) =>
        link.log
          .get(partition)
          ?.map(([letter]) => letter)
          .join(''),
      ),
      ['adf', 'bceg'],
    )
    assert.notEqual(rooms[1], rooms[0])
    assert.equal(rooms.at(-1), rooms.at(-2))
  })

  test('keeps the order of calls while it learns of a topic', async () => {
    const base = scriptedLink()
    let known = false
    let asked = 0
    const learnt = Promise.withResolvers<void>()
    const link: ScriptedLink = {
      ...base,
      partitions: (topic) => (known ? base.partitions(topic) : undefined),
      async learn(topics) {
        // The second to ask would be told sooner.
        if (asked++ === 0) await learnt.promise
        known = true
        await base.learn(topics)
      },
    }
    const { append } = bound(producer(link))
    const calls = [append(at(0, 'a')), append(at(0, 'b'))]
    const unknown = append([{ topic: 'u', key: 'k', value: null, headers: {} }])
    learnt.resolve()
    calls.push(append(at(0, 'c')))
    await assert.rejects(unknown)
    await Promise.all(calls)
    assert.deepEqual(link.log.get(0), ['a', 'b', 'c'])
  })

  test('lets nobody wait for all who wait before it, while no topic can be learnt', async () => {
    const base = scriptedLink()
    const link: ScriptedLink = {
      ...base,
      partitions: () => undefined,
      async learn() {
        await new Promise((resolve) => setTimeout(resolve, 30))
        throw new Error('nobody answers')
      },
    }
    const { append } = bound(producer(link, { appendTimeoutMs: 100 }))
    const sinceMs = performance.now()
    const results = await Promise.allSettled(numbers(0, 40).map((value) => append(at(0, value))))
    assert.ok(results.every(({ status }) => status === 'rejected'))
    assert.ok(performance.now() - sinceMs < 1000)
  })
})

/** So that a test can call it without its owner. */
function bound(made: Producer) {
  return { append: (records: readonly NewRecord[]) => made.append(records) }
}

/** The same, which notes what the requests stand in. */
function noting(link: ScriptedLink, rooms: ArrayBufferLike[]): ScriptedLink {
  return {
    ...link,
    ask: (nodeId, led, question) =>
      link.ask(nodeId, led, (node) =>
        question({
          ...node,
          connectionPool: {
            ...node.connectionPool,
            async send(request) {
              rooms.push((await request.request.encode()).buf.buffer)
              return node.connectionPool.send(request)
            },
          },
        }),
      ),
  }
}
