import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { virtualClock } from '../../../topology/adapters/virtual-clock.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { NewRecord } from '../../../topology/contract/record.ts'
import { silentMeter } from '../../../topology/ports/meter.ts'
import type { RunnerContext } from '../../../topology/runner/context.ts'
import { type Appends, Outbox } from '../../../topology/runner/outbox.ts'
import { RefusedTogether } from '../../../topology/runner/refused-together.ts'
import { SharedAppend } from '../../../topology/runner/shared-append.ts'

const record = (key: string): NewRecord => ({ topic: 't', key, value: null, headers: {} })
const away = new Chat4AllError('C4A_BROKER_UNREACHABLE', { what: 'a', why: 'b', todo: 'c' })

/** A log that answers by script, and notes what each call brought. */
function logOf(answer: (keys: readonly string[]) => Error | undefined) {
  const calls: string[][] = []
  const clock = virtualClock()
  const broker = {
    async append(records: readonly NewRecord[]) {
      const brought = records.map(({ key }) => key)
      calls.push(brought)
      const error = answer(brought)
      if (error) throw error
      return []
    },
  }
  const context = {
    broker,
    clock,
    meter: silentMeter,
    random: () => 0.5,
    brokerBackoff: { minBackoffMs: 10, maxBackoffMs: 10 },
  } as unknown as RunnerContext
  const flush = (key: string, appends: Appends) => {
    const outbox = new Outbox(context)
    outbox.records.push(record(key))
    return outbox.flush('stage', new AbortController().signal, appends)
  }
  return { broker, calls, clock, flush }
}

/** How the flushes of outboxes with a record each end, which share their appends. */
async function ended(log: ReturnType<typeof logOf>, ...keys: readonly string[]) {
  const shared = new SharedAppend(log.broker)
  const flushed = Promise.allSettled(keys.map((key) => log.flush(key, shared)))
  await log.clock.advance(100)
  return (await flushed).map(({ status }) => status)
}

const isBad = (keys: readonly string[]) =>
  keys.includes('bad') ? new Error('too large') : undefined

describe('outboxes that share their appends', () => {
  test('append one by one, in their order, what is refused together, and each hears of its own', async () => {
    const log = logOf(isBad)
    assert.deepEqual(await ended(log, 'a', 'bad', 'b'), ['fulfilled', 'rejected', 'fulfilled'])
    assert.deepEqual(log.calls, [['a', 'bad', 'b'], ['a'], ['bad'], ['b']])
  })

  test('wait for a log that goes away while they append alone', async () => {
    const answers = [new Error('too large'), away]
    const log = logOf(() => answers.shift())
    assert.deepEqual(await ended(log, 'a', 'b'), ['fulfilled', 'fulfilled'])
    assert.deepEqual(log.calls, [['a', 'b'], ['a'], ['b'], ['a']])
  })

  test('append alone, too, what is refused together after the log was away', async () => {
    const log = logOf(() => undefined)
    const answers = [away, new RefusedTogether(new Error('too large'))]
    const flushed = log.flush('a', { append: async () => Promise.reject(answers.shift()) })
    await log.clock.advance(100)
    await flushed
    assert.deepEqual(answers, [])
    assert.deepEqual(log.calls, [['a']])
  })
})
