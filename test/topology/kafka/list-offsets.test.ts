import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { FetchLink } from '../../../topology/adapters/kafka/reading/fetch-link.ts'
import { listOffsets, next } from '../../../topology/adapters/kafka/reading/list-offsets.ts'
import { scriptedLink } from './scripted-link.ts'

const place = { topic: 't', partition: 0 }

/** One node; `answer` is called each time it is asked. */
const oneNode = (answer: () => number): FetchLink =>
  scriptedLink({
    leader: () => '1',
    async listOffsets() {
      const offset = String(answer())
      return { responses: [{ topic: 't', partitions: [{ partition: 0, offset }] }] }
    },
  })

/** What `wanted` comes to while time flies: how long it took by the clock that was put in place of the real one. */
async function quickly<Result>({ mock }: TestContext, wanted: () => Promise<Result>) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let ended = false
  const outcome = Promise.allSettled([wanted()]).finally(() => {
    ended = true
  })
  while (!ended) {
    mock.timers.tick(10)
    await turn()
  }
  const [settled] = await outcome
  return { settled, elapsedMs: Date.now() }
}

const thrown = (fields: object) => Object.assign(new Error('no'), fields)

test('a leader that has not heard of its partition yet is asked again for some seconds', async (t) => {
  let asked = 0
  const link = oneNode(() => {
    if (asked++ < 30) throw thrown({ type: 'NOT_LEADER_FOR_PARTITION', code: 6 })
    return 7
  })
  const { settled } = await quickly(t, () => listOffsets(link, [place], next))
  assert.deepEqual(settled, { status: 'fulfilled', value: [{ ...place, offset: 7 }] })
})

test('a partition that nobody leads is given up in the end, and a silent node soon', async (t) => {
  const givenUp = async (error: Error) => {
    const link = oneNode(() => {
      throw error
    })
    const { settled, elapsedMs } = await quickly(t, () => listOffsets(link, [place], next))
    t.mock.timers.reset()
    assert.equal(settled?.status, 'rejected')
    assert.equal(settled.reason.code, 'C4A_BROKER_UNREACHABLE')
    return elapsedMs
  }
  const moving = await givenUp(thrown({ type: 'LEADER_NOT_AVAILABLE', code: 5 }))
  const silent = await givenUp(thrown({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }))
  assert.ok(moving > 5_000 && moving < 20_000, `${moving} ms`)
  assert.ok(silent < 3_000, `${silent} ms`)
})
