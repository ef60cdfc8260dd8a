import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Message } from '../../schemas/types.ts'
import { dedup } from '../../stages/dedup.ts'
import { messageOf, toolsOf } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

const day = 86_400_000
const settings = { window: day, inboundWindow: 7 * day }
const again = messageOf({ submissionId: 's2' })

/** One run after another on the same window: each answers with port and reason. */
function deduper() {
  const body = dedup.create({ id: 'dedup', settings, outputs: [], tools: toolsOf() })
  return async (messages: readonly Message[], atMs = nowMs): Promise<readonly string[]> => {
    const emitted = await runStage(
      body,
      messages.map((message) => inputOf('in', message)),
      atMs,
    )
    return emitted.map(([emit]) => {
      if (emit?.to !== 'rejected') return emit?.to ?? 'nothing'
      assert.equal(emit.value.scope, 'submission')
      return emit.value.reason
    })
  }
}

stageSuite(dedup, {
  settings,
  inputs: () => [inputOf('in', messageOf()), inputOf('in', again)],
})

describe('dedup', () => {
  test('passes on the very value that came', async () => {
    const message = messageOf()
    const body = dedup.create({ id: 'dedup', settings, outputs: [], tools: toolsOf() })
    const [[emit] = []] = await runStage(body, [inputOf('in', message)])
    assert.equal(emit?.value, message)
  })

  test('lets a redelivered record pass again: its output may have been lost', async () => {
    const run = deduper()
    assert.deepEqual(await run([messageOf()]), ['unique'])
    assert.deepEqual(await run([messageOf()]), ['unique'])
  })

  test('ends a repeated submission as a duplicate', async () => {
    const run = deduper()
    await run([messageOf()])
    assert.deepEqual(await run([again]), ['duplicate'])
  })

  test('ends an id used for other content', async () => {
    const run = deduper()
    await run([messageOf()])
    const other = messageOf({ submissionId: 's2', digest: 'e'.repeat(32) })
    assert.deepEqual(await run([other]), ['id-reused'])
  })

  test('sees an earlier one of the same batch', async () => {
    assert.deepEqual(await deduper()([messageOf(), again, messageOf()]), [
      'unique',
      'duplicate',
      'unique',
    ])
  })

  test('keeps tenants and directions apart', async () => {
    const run = deduper()
    await run([messageOf()])
    const elsewhere = [
      messageOf({ submissionId: 's2', tenant: 'other' }),
      messageOf({ submissionId: 's3', direction: 'inbound' }),
    ]
    assert.deepEqual(await run(elsewhere), ['unique', 'unique'])
  })

  const windows = [
    ['outbound', day],
    ['inbound', 7 * day],
  ] as const
  for (const [direction, window] of windows) {
    test(`remembers what is ${direction} for ${window / day} days`, async () => {
      const run = deduper()
      await run([messageOf({ direction })])
      assert.deepEqual(
        await run([messageOf({ direction, submissionId: 's2' })], nowMs + window - 1),
        ['duplicate'],
      )
      assert.deepEqual(await run([messageOf({ direction, submissionId: 's3' })], nowMs + window), [
        'unique',
      ])
    })
  }
})
