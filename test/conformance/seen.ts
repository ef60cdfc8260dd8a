import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SeenClaim, SeenWindow } from '../../storage/ports/seen.ts'
import type { Reopening } from './reopening.ts'

const noon = 1_764_000_000_000
const hour = 3_600_000

const ana: SeenClaim = {
  tenant: 'default',
  direction: 'outbound',
  messageId: 'm-1',
  submissionId: 's-1',
  digest: 'aa',
  windowMs: hour,
}

/** What every SeenWindow owes. */
export function seenSuite(name: string, adapter: Reopening<SeenWindow>): void {
  describe(`seen window: ${name}`, () => {
    test('lets an id pass the first time, and a redelivery of the same submission again', async (t) => {
      const seen = await adapter.fresh(t)
      assert.deepEqual(await seen.claim([ana], noon), ['first'])
      assert.deepEqual(await seen.claim([ana], noon + 1), ['first'])
    })

    test('tells a duplicate from an id used again for other content', async (t) => {
      const seen = await adapter.fresh(t)
      await seen.claim([ana], noon)
      const again = { ...ana, submissionId: 's-2' }
      assert.deepEqual(await seen.claim([again], noon), ['duplicate'])
      assert.deepEqual(await seen.claim([{ ...again, digest: 'bb' }], noon), ['reused'])
    })

    test('a refused claim does not take the id over', async (t) => {
      const seen = await adapter.fresh(t)
      await seen.claim([ana], noon)
      await seen.claim([{ ...ana, submissionId: 's-2', digest: 'bb' }], noon)
      assert.deepEqual(await seen.claim([ana], noon), ['first'])
    })

    test('lets a later claim of a batch see an earlier one', async (t) => {
      const seen = await adapter.fresh(t)
      const batch = [
        ana,
        { ...ana, submissionId: 's-2' },
        { ...ana, submissionId: 's-3', digest: 'bb' },
        { ...ana, messageId: 'm-2' },
        ana,
      ]
      const verdicts = await seen.claim(batch, noon)
      assert.deepEqual(verdicts, ['first', 'duplicate', 'reused', 'first', 'first'])
    })

    test('keeps tenants, directions and odd ids apart', async (t) => {
      const seen = await adapter.fresh(t)
      const others = [
        ana,
        { ...ana, tenant: 'other', submissionId: 's-2' },
        { ...ana, direction: 'inbound', submissionId: 's-3' },
        { ...ana, messageId: 'm-1"/\\\u0000,', submissionId: 's-4' },
        { ...ana, messageId: 'M-1', submissionId: 's-5' },
        { ...ana, messageId: 'm-1 ', submissionId: 's-6' },
        { ...ana, messageId: '', submissionId: 's-7' },
      ]
      assert.deepEqual(
        await seen.claim(others, noon),
        others.map(() => 'first'),
      )
    })

    test('forgets an id when its window is over, and not before', async (t) => {
      const seen = await adapter.fresh(t)
      const again = { ...ana, submissionId: 's-2' }
      await seen.claim([ana], noon)
      assert.deepEqual(await seen.claim([again], noon + hour - 1), ['duplicate'])
      assert.deepEqual(await seen.claim([again], noon + hour), ['first'])
      assert.deepEqual(await seen.claim([ana], noon + hour), ['duplicate'])
    })

    test('remembers over the death of its process', async (t) => {
      await (await adapter.fresh(t)).claim([ana], noon)
      const next = await adapter.reopened(t)
      const again = { ...ana, submissionId: 's-2' }
      assert.deepEqual(await next.claim([again, ana], noon), ['duplicate', 'first'])
    })

    test('gives the id to one of many that ask at once', async (t) => {
      const seen = await adapter.fresh(t)
      const claims = Array.from({ length: 50 }, (_, at) => ({ ...ana, submissionId: `s-${at}` }))
      const verdicts = await Promise.all(claims.map((claim) => seen.claim([claim], noon)))
      const firsts = verdicts.flat().filter((verdict) => verdict === 'first')
      assert.equal(firsts.length, 1)
    })

    test('answers an empty batch, and a large one in its order', async (t) => {
      const seen = await adapter.fresh(t)
      assert.deepEqual(await seen.claim([], noon), [])
      const claims = Array.from({ length: 3_000 }, (_, at) => ({
        ...ana,
        messageId: `m-${at % 2_000}`,
      }))
      assert.equal((await seen.claim(claims, noon)).length, 3_000)
      const others = claims.map((claim, at) => ({
        ...claim,
        submissionId: 's-2',
        digest: at % 2 ? 'aa' : 'bb',
      }))
      assert.deepEqual(
        await seen.claim(others, noon),
        others.map((_, at) => (at % 2 ? 'duplicate' : 'reused')),
      )
    })
  })
}
