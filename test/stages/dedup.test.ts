import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { releaseIdOf } from '../../domain/ids.ts'
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

  test('passes what was re-keyed: it had its verdict, and the window may be lost since and hold a repetition of it', async () => {
    const rekeyed = inputOf('in', messageOf(), 'k', { 'c4a-hop': '1' })
    const run = (batch: readonly ReturnType<typeof inputOf<'in', Message>>[]) => {
      const body = dedup.create({ id: 'dedup', settings, outputs: [], tools: toolsOf() })
      return runStage(body, batch)
    }
    const [repeated, own] = await run([inputOf('in', again), rekeyed])
    assert.deepEqual([repeated?.[0]?.to, own?.[0]?.to], ['unique', 'unique'])
  })

  describe('what is scheduled', () => {
    const hour = 3_600_000
    const later = messageOf({ sendAt: nowMs + hour })
    const back = { 'c4a-hop': '1' }
    const start = (tools = toolsOf()) => {
      const body = dedup.create({ id: 'dedup', settings, outputs: [], tools })
      return async (message: Message, atMs: number, headers = {}) => {
        const [emits = []] = await runStage(body, [inputOf('in', message, 'k', headers)], atMs)
        return emits
      }
    }

    test('waits in a timer until it is due, the same one however often it is read', async () => {
      const run = start()
      const [first] = await run(later, nowMs)
      assert.equal(first?.to, 'later')
      assert.equal(first.dueMs, nowMs + hour)
      assert.equal(first.value, later)
      const [second] = await run(later, nowMs + 5)
      assert.equal(second?.timerId, first.timerId)
    })

    test('goes on when it is due, also when it is read again then', async () => {
      const run = start()
      await run(later, nowMs)
      for (const atMs of [nowMs + hour, nowMs + hour + 1]) {
        assert.deepEqual(await run(later, atMs, back), [{ to: 'unique', key: 'k', value: later }])
      }
    })

    test('keeps its id for as long as it waits', async () => {
      const run = start()
      const far = messageOf({ sendAt: nowMs + 60 * day })
      await run(far, nowMs)
      const repeated = { ...far, submissionId: 's2' }
      const [emit] = await run(repeated, nowMs + 59 * day)
      assert.equal(emit?.to === 'rejected' && emit.value.reason, 'duplicate')
    })

    test('is not taken for a repetition of what took its id when the window was lost', async () => {
      const tools = toolsOf()
      await start(tools)(later, nowMs)
      const forgetful = { ...tools, seen: toolsOf().seen }
      const run = start(forgetful)
      await run({ ...later, submissionId: 's2' }, nowMs + 10)
      const [emit] = await run(later, nowMs + hour, back)
      assert.equal(emit?.to, 'unique')
    })

    test('ends where it was cancelled before, and cannot be cancelled after', async () => {
      const tools = toolsOf()
      const run = start(tools)
      await run(later, nowMs)
      const id = releaseIdOf(later.tenant, later.messageId)
      assert.equal(await tools.ledger.cancel(id, later.digest, 'cancelled', nowMs + 1), true)
      const [emit] = await run(later, nowMs + hour, back)
      assert.ok(emit?.to === 'rejected')
      assert.equal(emit.value.reason, 'cancelled')
      assert.equal(emit.value.scope, 'message')

      const other = messageOf({ messageId: 'm2', sendAt: nowMs + hour })
      await run(other, nowMs)
      await run(other, nowMs + hour, back)
      const released = releaseIdOf(other.tenant, other.messageId)
      assert.equal(
        await tools.ledger.cancel(released, other.digest, 'cancelled', nowMs + hour),
        false,
      )
    })
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
