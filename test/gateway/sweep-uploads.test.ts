import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { sweepUploads } from '../../gateway/media/sweep-uploads.ts'
import type { Uploads } from '../../storage/ports/uploads.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'

const hourMs = 3_600_000

test('abandoned uploads are removed each hour, whatever the store says, until it stops', async () => {
  let nowMs = 100 * hourMs
  const swept: number[] = []
  const waits: number[] = []
  const enough = Promise.withResolvers<void>()
  const clock = {
    ...systemClock,
    now: () => nowMs,
    async sleep(ms: number, signal?: AbortSignal) {
      waits.push(ms)
      nowMs += ms
      if (waits.length < 4) return
      enough.resolve()
      await systemClock.sleep(60_000, signal)
    },
  }
  const uploads = {
    async sweep(beforeMs: number) {
      swept.push(nowMs - beforeMs)
      if (swept.length === 2) throw new Error('the store is away')
      return 1
    },
  } as Pick<Uploads, 'sweep'> as Uploads // nothing else of it is used
  const stop = sweepUploads({ uploads, clock, log: pino({ level: 'silent' }) }, 24 * hourMs)
  await enough.promise
  await stop()
  // A day, and what a piece that was begun in time may take.
  assert.deepEqual(swept, [27 * hourMs, 27 * hourMs, 27 * hourMs])
  assert.ok((waits[0] ?? 0) < hourMs)
  assert.deepEqual(waits.slice(1), [hourMs, hourMs, hourMs])
})
