import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadSchemas } from '../../../schemas/load.ts'
import { memoryBroker } from '../../../topology/adapters/memory-broker/memory-broker.ts'
import { avroCodec } from '../../../topology/codec/avro-codec.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import { engineHeaders } from '../../../topology/contract/headers.ts'
import { memoryRegistry } from '../../../topology/registry/memory.ts'
import { jsonCodec, pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

interface Text {
  readonly text: string
}
const textOf = (value: unknown) => (value as Text).text

/** Passes each record on, in capitals. */
const shout = typeOf('shout', {
  shape: 'transform',
  run: ({ key, value }) => [
    { to: 'out', key, value: { entities: null, text: textOf(value).toUpperCase() } },
  ],
})

const wired = pipelineOf(
  [topicOf('a'), topicOf('b')],
  [stageOf('shout', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } })],
)

/** Codecs of two processes, one of which writes a later TextContent, and a registry that can be away. */
async function twoVersions() {
  const schemas = loadSchemas()
  const text = schemas.get('TextContent')
  assert.ok(text)
  const html = { name: 'html', type: 'boolean', default: true }
  const later = new Map([['TextContent', { ...text, fields: [...text.fields, html] }]])
  const known = memoryRegistry()
  const away = { what: 'The registry', why: 'it is away', todo: 'Wait' }
  const registry = {
    isAway: true,
    register: known.register,
    schema: async (id: number) => {
      if (registry.isAway) throw new Chat4AllError('C4A_REGISTRY_UNREACHABLE', away)
      return known.schema(id)
    },
  }
  const here = await avroCodec(schemas, registry)
  return { registry, here, there: await avroCodec(later, known) }
}

describe('a batch runner', () => {
  test('passes records on in order and commits what is finished', async () => {
    const { engine, send, texts, clock, committed } = rig()
    await engine(wired, [shout])
    await send('a', 'k', 'one', 'two', 'three')
    await clock.advance(100)
    assert.deepEqual(await texts('b'), ['ONE', 'TWO', 'THREE'])
    assert.equal(await committed('shout'), 3)
  })

  test('finishes, undecoded, what the stage has no use for', async () => {
    const choosy = typeOf('shout', {
      shape: 'transform',
      skips: (key) => key === 'nobody',
      run: ({ key, value }) => [{ to: 'out', key, value: { entities: null, text: textOf(value) } }],
    })
    const { engine, send, texts, clock, committed, log } = rig()
    await engine(wired, [choosy])
    // Bytes that nothing can read: whoever decoded them would bury them.
    await send('a', 'nobody', '!broken', '!broken')
    await send('a', 'k', 'one')
    await clock.advance(2_000)
    assert.deepEqual(await texts('b'), ['one'])
    assert.equal(await committed('shout'), 3)
    const dead = log.partitions('shout.dlq').flatMap((each) => each.fetch(0, 10, 1e6).records)
    assert.deepEqual(dead, [])
  })

  test('keeps the headers of the input and writes the revision', async () => {
    const { engine, send, clock, log } = rig()
    await engine(wired, [shout])
    await send('a', 'k', 'one')
    await clock.advance(100)
    const [record] = log.partitions('b').flatMap((each) => each.fetch(0, 10, 1e6).records)
    assert.equal(record?.headers['trace'], 't1')
    assert.equal(record?.headers[engineHeaders.revision], 'r1')
  })

  test('buries a record that cannot be read, with its bytes and why, and goes on', async () => {
    const { engine, send, texts, clock, log, committed } = rig()
    await engine(wired, [shout])
    await send('a', 'k', 'one', '!broken', 'two')
    await clock.advance(100)
    assert.deepEqual(await texts('b'), ['ONE', 'TWO'])
    const [dead] = log.partitions('shout.dlq').flatMap((each) => each.fetch(0, 10, 1e6).records)
    assert.equal(Buffer.from(dead?.value ?? []).toString(), '!broken')
    assert.match(dead?.headers[engineHeaders.deadReason] ?? '', /no TextContent/)
    assert.match(dead?.headers[engineHeaders.origin] ?? '', /^a\/\d\/1$/)
    assert.equal(dead?.headers['trace'], 't1')
    assert.equal(await committed('shout'), 3)
  })

  test('buries what a stage throws on, and emits nothing for it', async () => {
    const picky = typeOf('shout', {
      shape: 'transform',
      run: ({ key, value }) => {
        if (textOf(value) === 'bad') throw new Error('no taste')
        return [{ to: 'out', key, value: { entities: null, text: textOf(value) } }]
      },
    })
    const { engine, send, texts, clock } = rig()
    await engine(wired, [picky])
    await send('a', 'k', 'one', 'bad', 'two')
    await clock.advance(100)
    assert.deepEqual(await texts('b'), ['one', 'two'])
    assert.deepEqual(await texts('shout.dlq'), ['bad'])
  })

  test('waits for a schema met inside a record, written by another process, as long as it takes', async () => {
    const { registry, here, there } = await twoVersions()
    const codec = { ...jsonCodec, learnPending: () => here.learnPending() }
    const { engine, send, texts, clock, committed } = rig({}, codec)
    const inside = there.encode('TextContent', { entities: null, text: 'from afar', html: true })
    const reading = typeOf('shout', {
      shape: 'transform',
      run: ({ key, value }) => {
        const bytes = Buffer.from(textOf(value), 'hex')
        const read = bytes.length > 0 ? here.decode('TextContent', bytes) : value
        return [{ to: 'out', key, value: { entities: null, text: textOf(read) } }]
      },
    })
    await engine(wired, [reading])
    await send('a', 'k', 'one', Buffer.from(inside).toString('hex'), 'three')
    await clock.advance(30_000)
    assert.deepEqual(await texts('b'), [], 'the registry is away')
    assert.equal(await committed('shout'), 0)
    registry.isAway = false
    await clock.advance(10_000)
    assert.deepEqual(await texts('b'), ['one', 'from afar', 'three'])
    assert.deepEqual(await texts('shout.dlq'), [])
  })

  test('names stage and output when a stage emits to a port it does not have', async () => {
    const lost = typeOf('shout', {
      shape: 'transform',
      run: ({ key }) => [
        { to: 'out', key, value: { entities: null, text: 'half' } },
        { to: 'nowhere', key, value: { entities: null, text: 'x' } },
      ],
    })
    const { engine, send, texts, clock, log } = rig()
    await engine(wired, [lost])
    await send('a', 'k', 'one')
    await clock.advance(100)
    const [dead] = log.partitions('shout.dlq').flatMap((each) => each.fetch(0, 10, 1e6).records)
    assert.equal(dead?.headers[engineHeaders.deadCode], 'C4A_STAGE_BAD_OUTPUT')
    assert.match(dead?.headers[engineHeaders.deadReason] ?? '', /'shout' emitted to 'nowhere'/)
    assert.deepEqual(await texts('b'), [], 'all emits of a record or none')
  })

  test('waits while a store is away, then goes on with the same batch', async () => {
    let away = true
    const patient = typeOf('shout', {
      shape: 'lookup',
      async load(batch) {
        if (away) {
          throw new Chat4AllError('C4A_STORE_UNREACHABLE', { what: 'w', why: 'y', todo: 't' })
        }
        return batch.map(({ value }) => textOf(value).length)
      },
      decide: ({ key }, fact) => [
        { to: 'out', key, value: { entities: null, text: String(fact) } },
      ],
    })
    const { engine, send, texts, clock, committed } = rig()
    await engine(wired, [patient])
    await send('a', 'k', 'one', 'three')
    await clock.advance(60_000)
    assert.deepEqual(await texts('b'), [])
    assert.equal(await committed('shout'), 0)
    away = false
    await clock.advance(10_000)
    assert.deepEqual(await texts('b'), ['3', '5'])
    assert.deepEqual(await texts('shout.dlq'), [])
  })

  test('finds the one record that a lookup cannot bear, and spares the others', async () => {
    const fragile = typeOf('shout', {
      shape: 'lookup',
      async load(batch) {
        if (batch.some(({ value }) => textOf(value) === 'poison')) throw new Error('choked')
        return batch.map(() => 1)
      },
      decide: ({ key, value }) => [{ to: 'out', key, value: value as never }],
    })
    const { engine, send, texts, clock } = rig()
    await engine(wired, [fragile])
    await send('a', 'k', 'one', 'two', 'poison', 'three')
    await clock.advance(1_000)
    assert.deepEqual(await texts('b'), ['one', 'two', 'three'])
    assert.deepEqual(await texts('shout.dlq'), ['poison'])
  })

  test('settles nothing before its output is acknowledged', async () => {
    const { engine, send, clock, log, committed, texts } = rig()
    let hangs = true
    const slow = memoryBroker(log, clock, {
      gate: async ({ call, phase }) => {
        if (call === 'append' && phase === 'before' && hangs) await clock.sleep(1e9)
      },
    })
    await engine(wired, [shout], slow)
    await send('a', 'k', 'one')
    await clock.advance(10_000)
    assert.equal(await committed('shout'), 0)
    slow.kill()
    hangs = false
    await engine(wired, [shout], memoryBroker(log, clock))
    await clock.advance(10_000)
    assert.deepEqual(await texts('b'), ['ONE'])
  })

  test('runs a fused stage behind it without its topic, and fills the topic for other readers', async () => {
    const tail = typeOf('tail', {
      shape: 'transform',
      run: ({ key, value }) => [
        { to: 'out', key, value: { entities: null, text: `${textOf(value)}!` } },
      ],
    })
    const other = typeOf('other', { shape: 'transform', run: () => [] })
    const fused = (withOther: boolean) =>
      pipelineOf(
        [topicOf('a'), topicOf('b'), topicOf('c')],
        [
          stageOf('shout', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } }),
          stageOf('tail', {
            from: 'b',
            inputs: { in: [{ topic: 'b', inline: true }] },
            outputs: { out: { topic: 'c', maxHops: null } },
          }),
          ...(withOther ? [stageOf('other', { from: 'b' })] : []),
        ],
      )
    for (const withOther of [false, true]) {
      const { engine, send, texts, clock } = rig()
      await engine(fused(withOther), [shout, tail, other])
      await send('a', 'k', 'one', 'two')
      await clock.advance(1_000)
      assert.deepEqual(await texts('c'), ['ONE!', 'TWO!'])
      assert.deepEqual(await texts('b'), withOther ? ['ONE', 'TWO'] : [])
    }
  })

  test("a fused stage's dead letter holds the record as the edge's topic would have", async () => {
    const tail = typeOf('tail', {
      shape: 'transform',
      run: () => {
        throw new Error('no')
      },
    })
    const { engine, send, texts, clock } = rig()
    await engine(
      pipelineOf(
        [topicOf('a'), topicOf('b')],
        [
          stageOf('shout', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } }),
          stageOf('tail', { from: 'b', inputs: { in: [{ topic: 'b', inline: true }] } }),
        ],
      ),
      [shout, tail],
    )
    await send('a', 'k', 'one')
    await clock.advance(1_000)
    assert.deepEqual(await texts('tail.dlq'), ['ONE'])
  })

  test('refuses to turn an edge inline while its topic holds unfinished records', async () => {
    const tail = typeOf('tail', { shape: 'transform', run: () => [] })
    const topics = [topicOf('a'), topicOf('b')]
    const head = stageOf('shout', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } })
    const { engine, send, broker } = rig()
    await broker.ensureTopics([
      { name: 'a', partitions: 3, cleanup: 'delete', retentionMs: 1e9 },
      { name: 'b', partitions: 3, cleanup: 'delete', retentionMs: 1e9 },
    ])
    await send('b', 'k', 'left')
    const partition = (await broker.ends('b')).find(({ next }) => next > 0)?.partition ?? 0
    await broker.setOffsets('rig.tail', [{ topic: 'b', partition, offset: 0 }])
    await assert.rejects(
      engine(
        pipelineOf(topics, [
          head,
          stageOf('tail', { from: 'b', inputs: { in: [{ topic: 'b', inline: true }] } }),
        ]),
        [shout, tail],
      ),
      { code: 'C4A_INLINE_NOT_DRAINED' },
    )
  })

  test('ends a declared loop after its hops, in the dead letters', async () => {
    const again = typeOf('again', {
      shape: 'transform',
      run: ({ key, value }) => [{ to: 'out', key, value: { entities: null, text: textOf(value) } }],
    })
    const { engine, send, texts, clock } = rig()
    await engine(
      pipelineOf(
        [topicOf('a')],
        [stageOf('again', { from: 'a', outputs: { out: { topic: 'a', maxHops: 3 } } })],
      ),
      [again],
    )
    await send('a', 'k', 'round')
    await clock.advance(10_000)
    assert.equal((await texts('a')).length, 4)
    assert.deepEqual(await texts('again.dlq'), ['round'])
  })

  test('keeps a record that is due later until it is due', async () => {
    const later = typeOf('later', {
      shape: 'transform',
      run: ({ key, value }, { nowMs }) => [
        { to: 'out', key, value: value as never, dueMs: nowMs + 60_000, timerId: textOf(value) },
      ],
    })
    const { engine, send, texts, clock } = rig()
    await engine(
      pipelineOf(
        [topicOf('a'), topicOf('b')],
        [stageOf('later', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } })],
      ),
      [later],
    )
    await send('a', 'k', 'soon')
    await clock.advance(50_000)
    assert.deepEqual(await texts('b'), [])
    await clock.advance(20_000)
    assert.deepEqual(await texts('b'), ['soon'])
  })

  test('takes over the offsets of the stage it was renamed from', async () => {
    const { engine, send, texts, clock } = rig()
    const first = await engine(wired, [shout])
    await send('a', 'k', 'old')
    await clock.advance(1_000)
    const stopped = first.stop()
    await clock.advance(5_000)
    await stopped
    const cry = { ...shout, name: 'cry' }
    await engine(
      pipelineOf(
        [topicOf('a'), topicOf('b')],
        [
          stageOf('cry', {
            from: 'a',
            renamedFrom: 'shout',
            outputs: { out: { topic: 'b', maxHops: null } },
          }),
        ],
      ),
      [cry],
    )
    await send('a', 'k', 'new')
    await clock.advance(1_000)
    assert.deepEqual(await texts('b'), ['OLD', 'NEW'])
  })

  test('shares partitions between two processes and hands all to the one that stays', async () => {
    const { engine, send, texts, clock, log } = rig()
    await engine(wired, [shout])
    const second = memoryBroker(log, clock)
    await engine(wired, [shout], second)
    for (let key = 0; key < 20; key++) await send('a', `k${key}`, `${key}a`)
    await clock.advance(100)
    second.kill()
    for (let key = 0; key < 20; key++) await send('a', `k${key}`, `${key}b`)
    await clock.advance(30_000)
    const found = await texts('b')
    for (let key = 0; key < 20; key++) {
      const first = found.indexOf(`${key}A`)
      assert.ok(first >= 0 && first < found.indexOf(`${key}B`), `key ${key} in ${found}`)
    }
  })
})
