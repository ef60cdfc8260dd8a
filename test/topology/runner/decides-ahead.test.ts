import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { NewRecord } from '../../../topology/contract/record.ts'
import type { PortTypes, StageBody } from '../../../topology/contract/stage.ts'
import { jsonCodec, pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

const textOf = (value: unknown) => (value as { readonly text: string }).text
const passed = (key: string, value: unknown) =>
  [{ to: 'out', key, value: { entities: null, text: textOf(value) } }] as const

const wired = pipelineOf(
  [topicOf('a', 1), topicOf('b', 1)],
  [stageOf('copy', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } })],
)
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, nth) => String(from + nth))

/** A stage in batches of two, or more, what it has decided, and a log whose appends of it can be held or fail. */
async function scene({ decidesAhead = true, shape = 'transform', maxBatch = 2 } = {}) {
  const decided: string[] = []
  const run: StageBody<PortTypes, PortTypes> =
    shape === 'transform'
      ? {
          shape: 'transform',
          run({ key, value }) {
            decided.push(textOf(value))
            return passed(key, value)
          },
        }
      : {
          shape: 'lookup',
          load: async (batch) => batch.map(() => null),
          decide({ key, value }) {
            decided.push(textOf(value))
            return passed(key, value)
          },
        }
  const made = rig({}, jsonCodec, { maxBatch, decidesAhead })
  const held: (() => void)[] = []
  const log = { holds: false, refuses: (_texts: readonly string[]): Error | undefined => undefined }
  const broker = {
    ...made.broker,
    async append(records: readonly NewRecord[]) {
      const texts = records.map(({ value }) =>
        textOf(jsonCodec.decode('TextContent', value ?? new Uint8Array())),
      )
      // As long as it takes to answer: what is decided ahead is decided meanwhile.
      await made.clock.sleep(5)
      const error = log.refuses(texts)
      if (error) throw error
      if (log.holds) await new Promise<void>((resolve) => held.push(resolve))
      return made.broker.append(records)
    },
  }
  const engine = await made.engine(wired, [typeOf('copy', run)], broker)
  const release = async () => {
    for (const each of held.splice(0)) each()
    await made.clock.advance(20)
  }
  /** The log has answered nothing yet when the engine is told to stop, and answers then. */
  const stopWhileHeld = async () => {
    const stopped = engine.stop()
    await made.clock.settle()
    log.holds = false
    await release()
    await made.clock.advance(5_000)
    await stopped
  }
  return { ...made, engine, decided, log, held, release, stopWhileHeld }
}

describe('a unit that decides ahead', () => {
  test('decides one full batch while the log has the one before, and appends it afterwards', async () => {
    const { send, clock, log, held, release, decided, texts, committed } = await scene()
    log.holds = true
    await send('a', 'k', ...numbers(1, 7))
    await clock.advance(100)
    assert.deepEqual(decided, numbers(1, 4), 'the running batch, and one more')
    assert.equal(held.length, 1, 'only the first is with the log')
    assert.equal(await committed('copy'), 0)
    await release()
    assert.deepEqual(await texts('b'), numbers(1, 2))
    assert.equal(await committed('copy'), 2)
    assert.equal(held.length, 1)
    assert.deepEqual(decided, numbers(1, 6))
    log.holds = false
    await release()
    await clock.advance(100)
    assert.deepEqual(await texts('b'), numbers(1, 7))
    assert.deepEqual(decided, numbers(1, 7), 'each once')
  })

  test('waits with one that is not full', async () => {
    const { send, clock, log, decided } = await scene()
    log.holds = true
    await send('a', 'k', ...numbers(1, 3))
    await clock.advance(100)
    assert.deepEqual(decided, numbers(1, 2))
  })

  for (const options of [{ decidesAhead: false }, { shape: 'lookup' }]) {
    test(`does not with ${JSON.stringify(options)}`, async () => {
      const { send, clock, log, decided } = await scene(options)
      log.holds = true
      await send('a', 'k', ...numbers(1, 6))
      await clock.advance(100)
      assert.deepEqual(decided, numbers(1, 2))
    })
  }

  test('lets nothing overtake a batch that the log does not take for a while', async () => {
    const { send, clock, log, texts } = await scene()
    let away = true
    log.refuses = () =>
      away
        ? new Chat4AllError('C4A_BROKER_UNREACHABLE', { what: 'w', why: 'y', todo: 't' })
        : undefined
    await send('a', 'k', ...numbers(1, 6))
    await clock.advance(5_000)
    assert.deepEqual(await texts('b'), [])
    away = false
    await clock.advance(5_000)
    assert.deepEqual(await texts('b'), numbers(1, 6))
  })

  test('goes on in order behind a batch that neither the log nor its dead letters take at first', async () => {
    const { send, clock, log, texts, decided } = await scene()
    let refusals = 6
    log.refuses = (each) =>
      each.includes('1') && refusals-- > 0
        ? new Chat4AllError('C4A_RECORD_TOO_LARGE', { what: 'w', why: 'y', todo: 't' })
        : undefined
    await send('a', 'k', ...numbers(1, 6))
    await clock.advance(10_000)
    assert.deepEqual(await texts('b'), numbers(1, 6))
    assert.ok(decided.filter((each) => each === '3').length > 1, 'decided ahead, and again')
  })

  test('leaves what it decided ahead when its partitions go, for their next owner', async () => {
    const { send, clock, log, held, texts, decided, stopWhileHeld } = await scene()
    log.holds = true
    await send('a', 'k', ...numbers(1, 6))
    await clock.advance(100)
    assert.deepEqual(decided, numbers(1, 4))
    await stopWhileHeld()
    assert.equal(held.length, 0)
    assert.deepEqual(await texts('b'), numbers(1, 2), 'what ran has ended, and nothing began')
  })

  test('leaves what is half decided ahead, and decides no more of it', async () => {
    const { send, clock, log, texts, decided, stopWhileHeld } = await scene({ maxBatch: 700 })
    log.holds = true
    await send('a', 'k', ...numbers(1, 1_400))
    // The log hands over 500 a turn, so that the first batch has no more.
    while (decided.length < 1_000) assert.ok(await clock.step(), 'nothing is left to do')
    await stopWhileHeld()
    assert.deepEqual(decided, numbers(1, 1_000))
    assert.deepEqual(await texts('b'), numbers(1, 500))
  })
})
