import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenStreams, type StreamEnd } from '../../gateway/open-streams.ts'
import { virtualClock } from '../../topology/adapters/virtual-clock.ts'

describe('the streams that are open', () => {
  test('end for a reason of their own when it is looked whether they may go on', async () => {
    const { clock, streams, open, over } = scene()
    const ana = open('ana')
    const bia = open('bia')
    over.add('ana')
    await clock.advance(1_000)
    assert.deepEqual(await ana.ended, { why: 'over' })
    bia.leave()
    assert.deepEqual(await bia.ended, { why: 'left' })
    assert.equal(streams.hasRoom, true)
  })

  test('are looked at once each time, however often the last has left and another come', async () => {
    const { clock, open, looks } = scene()
    for (let times = 0; times < 5; times++) {
      const stream = open('ana')
      stream.leave()
      await stream.ended
    }
    open('bia')
    await clock.advance(3_000)
    assert.deepEqual(looks, ['bia', 'bia', 'bia'])
  })

  test('are so many at most, and none once they are closed', async () => {
    const { streams, open, gone } = scene()
    const [ana, bia] = [open('ana'), open('bia')]
    assert.equal(streams.hasRoom, false)
    ana.leave()
    await ana.ended
    assert.equal(streams.hasRoom, true)
    await streams.close()
    assert.equal(streams.hasRoom, false)
    assert.deepEqual(await bia.ended, { why: 'shutdown' })
    assert.deepEqual(gone, ['left', 'shutdown'])
  })

  test('that fail say with what', async () => {
    const { streams, clock } = scene()
    const error = new Error('the log is away')
    const ended = streams.open(
      'ana',
      () => Promise.reject(error),
      () => {},
    ).ended
    assert.deepEqual(await ended, { why: 'failed', error })
    assert.equal(streams.hasRoom, true)
    await clock.advance(1_000)
    assert.equal(clock.nextDueMs(), undefined, 'with nobody there nobody looks')
  })
})

function scene() {
  const clock = virtualClock()
  const over = new Set<string>()
  const looks: string[] = []
  const gone: StreamEnd<'over'>[] = []
  const streams = new OpenStreams({
    clock,
    most: 2,
    lookEveryMs: 1_000,
    overdue(reader: string) {
      looks.push(reader)
      return over.has(reader) ? 'over' : undefined
    },
  })
  const untilAborted = (signal: AbortSignal) =>
    new Promise<'aborted'>((resolve) => {
      signal.addEventListener('abort', () => resolve('aborted'), { once: true })
    })
  const open = (reader: string) => streams.open(reader, untilAborted, (why) => void gone.push(why))
  return { clock, streams, open, over, looks, gone }
}
