import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { sharedDeadlines } from '../../cli/compose/shared-deadlines.ts'

const aborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

test('aborts when the time is over', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const bounded = sharedDeadlines()
  const outer = new AbortController().signal
  const ended = bounded(outer, 1000, aborted)
  t.mock.timers.tick(999)
  const early = await Promise.race([ended, turn('running')])
  assert.equal(early, 'running')
  t.mock.timers.tick(1)
  assert.equal(await ended, 'aborted')
})

test('aborts with the outer signal, also when that has aborted before', async () => {
  const bounded = sharedDeadlines()
  const outer = new AbortController()
  const ended = bounded(outer.signal, 60_000, aborted)
  outer.abort()
  assert.equal(await ended, 'aborted')
  await bounded(outer.signal, 60_000, async ({ aborted: isAborted }) => assert.ok(isAborted))
})

test('those that begin together share a signal, which holds until the last has ended', async () => {
  const bounded = sharedDeadlines()
  const outer = new AbortController()
  const before = timers()
  const first = Promise.withResolvers<AbortSignal>()
  const second = Promise.withResolvers<AbortSignal>()
  const signals: AbortSignal[] = []
  const keep = (until: Promise<AbortSignal>) => (signal: AbortSignal) => {
    signals.push(signal)
    return until
  }
  const one = bounded(outer.signal, 60_000, keep(first.promise))
  const two = bounded(outer.signal, 60_000, keep(second.promise))
  const [signal] = signals
  assert.ok(signal)
  assert.equal(signals[1], signal)
  first.resolve(signal)
  await one
  assert.equal(getEventListeners(outer.signal, 'abort').length, 1)
  assert.equal(timers(), before + 1)
  second.resolve(signal)
  await two
  assert.equal(getEventListeners(outer.signal, 'abort').length, 0)
  assert.equal(timers(), before)
})

test('another time, another outer signal or a later beginning has a signal of its own', async (t) => {
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  const bounded = sharedDeadlines()
  const outer = new AbortController().signal
  const other = new AbortController().signal
  const end = Promise.withResolvers<void>()
  const signals: AbortSignal[] = []
  const run = (of: AbortSignal, timeoutMs: number) =>
    bounded(of, timeoutMs, (signal) => {
      signals.push(signal)
      return end.promise
    })
  const all = [run(outer, 5000)]
  nowMs = 49
  all.push(run(outer, 5000), run(other, 5000))
  nowMs = 50
  all.push(run(outer, 5000), run(outer, 4000))
  end.resolve()
  await Promise.all(all)
  assert.equal(signals[0], signals[1])
  assert.equal(new Set(signals).size, 4)
})

test('passes on what the task throws, and leaves nothing behind', async () => {
  const bounded = sharedDeadlines()
  const outer = new AbortController().signal
  const fail = () => Promise.reject(new Error('no answer'))
  await assert.rejects(bounded(outer, 60_000, fail), /no answer/)
  assert.equal(getEventListeners(outer, 'abort').length, 0)
})
