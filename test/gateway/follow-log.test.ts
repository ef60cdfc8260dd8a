import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, test } from 'node:test'
import { type FollowedLog, followLog } from '../../gateway/follow-log.ts'
import { virtualClock } from '../../topology/adapters/virtual-clock.ts'

describe('who follows a log', () => {
  test('is told all of it once and in order, however often their connection is full', async () => {
    const { append, told, log, follow, abort } = scene({ isFull: (entry) => entry % 3 === 0 })
    append(0, 1, 2)
    const ended = follow()
    for (let entry = 3; entry < 300; entry++) {
      append(entry)
      await turn()
    }
    assert.deepEqual(told, [...Array(300).keys()])
    assert.equal(log.listeners.size, 1)
    assert.equal(getEventListeners(abort.signal, 'abort').length, 1, 'of every pause one was left')
    abort.abort()
    assert.equal(await ended, 'aborted')
    assert.equal(log.listeners.size, 0)
  })

  test('has stalled when they take nothing for so long, and is read no further meanwhile', async () => {
    const { append, told, clock, follow, abort } = scene({
      isFull: (entry) => entry === 1,
      drained: () => new Promise(() => {}),
    })
    append(0, 1, 2, 3)
    const ended = follow()
    await clock.advance(stalledMs - 1)
    append(4)
    assert.deepEqual(told, [0, 1])
    await clock.advance(1)
    assert.equal(await ended, 'stalled')
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0)
  })

  test('may leave while their connection is full', async () => {
    const { append, clock, follow, abort } = scene({
      isFull: () => true,
      drained: () => new Promise(() => {}),
    })
    append(0)
    const ended = follow()
    await clock.settle()
    abort.abort()
    assert.equal(await ended, 'aborted')
    assert.equal(clock.nextDueMs(), undefined, 'nobody waits for them any longer')
  })
})

const stalledMs = 30_000
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A log of numbers, and somebody whose connection is full behind some of them. */
function scene({
  isFull,
  drained = turn,
}: {
  readonly isFull: (entry: number) => boolean
  readonly drained?: () => Promise<unknown>
}) {
  const clock = virtualClock()
  const abort = new AbortController()
  const entries: number[] = []
  const told: number[] = []
  const listeners = new Set<(entry: number) => void>()
  const log: FollowedLog<number> = {
    async read() {
      const part = entries.slice(told.length, told.length + 2)
      return { entries: part, behind: told.length + part.length < entries.length }
    },
    tell(entry) {
      told.push(entry)
      return !isFull(entry)
    },
    join(listener) {
      if (told.length < entries.length) return false
      listeners.add(listener)
      return true
    },
    leave: (listener) => void listeners.delete(listener),
    drained: async () => void (await drained()),
  }
  return {
    clock,
    abort,
    told,
    log: { listeners },
    append(...more: number[]) {
      for (const entry of more) {
        entries.push(entry)
        for (const listener of listeners) listener(entry)
      }
    },
    follow: () => followLog(log, { clock, stalledMs }, abort.signal),
  }
}
