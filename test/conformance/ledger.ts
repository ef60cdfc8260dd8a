import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Ledger, LedgerClaim, LedgerOutcome } from '../../storage/ports/ledger.ts'
import type { Reopening } from './reopening.ts'

const noon = 1_764_000_000_000
const deadline = noon + 30_000

const first: LedgerClaim = {
  deliveryId: 'd-1',
  digest: 'aa',
  epoch: 1,
  deadlineMs: deadline,
  resend: false,
}
const successor: LedgerClaim = { ...first, epoch: 2, deadlineMs: deadline + 60_000 }
const resending: LedgerClaim = { ...successor, resend: true }

const ended = (kind: LedgerOutcome['outcome'], attempt = 1, epoch = 1): LedgerOutcome => ({
  deliveryId: 'd-1',
  attempt,
  epoch,
  outcome: kind,
})
const sent = { kind: 'sent', providerMessageId: 'wamid.1' } as const
const failed = { kind: 'failed', reason: 'recipient-gone' } as const
const wasSent = { kind: 'sent', attempt: 1, providerMessageId: 'wamid.1', afterUnknown: false }

/** What every Ledger owes. */
export function ledgerSuite(name: string, adapter: Reopening<Ledger>): void {
  describe(`ledger: ${name}`, () => {
    test('grants the first claim and lets nobody else in before its deadline', async (t) => {
      const ledger = await adapter.fresh(t)
      const granted = { kind: 'granted', attempt: 1, afterUnknown: false }
      assert.deepEqual(await ledger.claim(first, noon), granted)
      const busy = { kind: 'busy', untilMs: deadline }
      assert.deepEqual(await ledger.claim(first, noon), busy)
      assert.deepEqual(await ledger.claim(resending, deadline - 1), busy)
    })

    test('calls an attempt without outcome unknown from its deadline on', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      const unknown = { kind: 'unknown', attempt: 1, sinceMs: deadline }
      assert.deepEqual(await ledger.claim(successor, deadline), unknown)
      assert.deepEqual(await ledger.claim(successor, deadline + 5_000), unknown)
    })

    test('repeats an unknown attempt only for a claimant that has decided so', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.record(ended({ kind: 'unknown' }), noon + 5)
      const unknown = { kind: 'unknown', attempt: 1, sinceMs: noon + 5 }
      assert.deepEqual(await ledger.claim(successor, noon + 6), unknown)
      const granted = { kind: 'granted', attempt: 2, afterUnknown: true }
      assert.deepEqual(await ledger.claim(resending, noon + 6), granted)
      const busy = { kind: 'busy', untilMs: resending.deadlineMs }
      assert.deepEqual(await ledger.claim(resending, noon + 6), busy)
    })

    test('grants the next attempt after one that was certainly not accepted', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.record(ended({ kind: 'retry' }), noon)
      const granted = { kind: 'granted', attempt: 2, afterUnknown: false }
      assert.deepEqual(await ledger.claim(first, noon), granted)
    })

    test('keeps in mind over later attempts that one may have been accepted', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.claim(resending, deadline)
      await ledger.record(ended({ kind: 'retry' }, 2, 2), deadline)
      const granted = { kind: 'granted', attempt: 3, afterUnknown: true }
      assert.deepEqual(await ledger.claim(successor, deadline), granted)
    })

    test('tells whoever asks again that it was sent, or that it failed', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.record(ended(sent), noon)
      assert.deepEqual(await ledger.claim(resending, deadline + 1), wasSent)
      await ledger.claim({ ...first, deliveryId: 'd-2' }, noon)
      await ledger.record({ ...ended(failed), deliveryId: 'd-2' }, noon)
      const gone = { kind: 'failed', attempt: 1, reason: 'recipient-gone' }
      assert.deepEqual(await ledger.claim({ ...resending, deliveryId: 'd-2' }, noon), gone)
    })

    test('tells other content under the same id, whatever the state', async (t) => {
      const ledger = await adapter.fresh(t)
      const other = { ...resending, digest: 'bb' }
      await ledger.claim(first, noon)
      assert.deepEqual(await ledger.claim(other, noon), { kind: 'reused' })
      for (const outcome of [{ kind: 'retry' }, { kind: 'unknown' }, failed, sent] as const) {
        await ledger.record(ended(outcome), noon)
        assert.deepEqual(await ledger.claim(other, deadline), { kind: 'reused' })
      }
    })

    test('ignores the outcome of an attempt that was superseded, or of an older epoch', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.claim(resending, deadline)
      await ledger.record(ended({ kind: 'retry' }, 1, 1), deadline)
      await ledger.record(ended({ kind: 'retry' }, 2, 1), deadline)
      await ledger.record(ended({ kind: 'retry' }, 3, 2), deadline)
      const busy = { kind: 'busy', untilMs: resending.deadlineMs }
      assert.deepEqual(await ledger.claim(resending, deadline), busy)
    })

    test('takes the late answer of a predecessor whose attempt nobody repeated', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      assert.equal((await ledger.claim(successor, deadline)).kind, 'unknown')
      await ledger.record(ended(sent), deadline + 1)
      assert.deepEqual(await ledger.claim(successor, deadline + 2), wasSent)
    })

    test('lets a successor close an attempt it did not make, and the truth reopen it', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.record(ended(failed, 1, 2), deadline)
      await ledger.record(ended({ kind: 'retry' }, 1, 2), deadline)
      assert.equal((await ledger.claim(resending, deadline)).kind, 'failed')
      await ledger.record(ended(sent, 1, 1), deadline)
      assert.deepEqual(await ledger.claim(resending, deadline), wasSent)
    })

    test('cancels what nobody has claimed, and nobody claims it afterwards', async (t) => {
      const ledger = await adapter.fresh(t)
      assert.equal(await ledger.cancel('d-1', 'aa', 'cancelled', noon), true)
      assert.equal(await ledger.cancel('d-1', 'aa', 'cancelled', noon + 1), true)
      const gone = { kind: 'failed', attempt: 0, reason: 'cancelled' }
      assert.deepEqual(await ledger.claim(first, noon), gone)
      assert.deepEqual(await ledger.claim(resending, deadline), gone)
    })

    test('cancels between attempts, but not one that runs, was accepted or may have been', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      assert.equal(await ledger.cancel('d-1', 'aa', 'cancelled', noon), false)
      assert.equal(await ledger.cancel('d-1', 'aa', 'cancelled', deadline + 1), false)
      for (const outcome of [{ kind: 'unknown' }, sent] as const) {
        await ledger.record(ended(outcome), noon)
        assert.equal(await ledger.cancel('d-1', 'aa', 'cancelled', deadline), false)
      }
      await ledger.claim({ ...first, deliveryId: 'd-2' }, noon)
      await ledger.record({ ...ended({ kind: 'retry' }), deliveryId: 'd-2' }, noon)
      assert.equal(await ledger.cancel('d-2', 'aa', 'cancelled', noon), true)
      const gone = { kind: 'failed', attempt: 1, reason: 'cancelled' }
      assert.deepEqual(await ledger.claim({ ...resending, deliveryId: 'd-2' }, noon), gone)
      await ledger.claim({ ...first, deliveryId: 'd-3' }, noon)
      await ledger.record({ ...ended(failed), deliveryId: 'd-3' }, noon)
      assert.equal(await ledger.cancel('d-3', 'aa', 'cancelled', noon), false)
    })

    test('lets one of a claim and a cancellation at the same moment win, and both know which', async (t) => {
      const ledger = await adapter.fresh(t)
      for (let i = 0; i < 20; i++) {
        const deliveryId = `race-${i}`
        const asked = [
          () => ledger.claim({ ...first, deliveryId }, noon),
          () => ledger.cancel(deliveryId, 'aa', 'cancelled', noon),
        ]
        const [one, other] = await Promise.all(
          (i % 2 ? asked : asked.toReversed()).map((ask) => ask()),
        )
        const [claim, cancelled] = i % 2 ? [one, other] : [other, one]
        assert.ok(typeof claim === 'object')
        assert.equal(claim.kind, cancelled ? 'failed' : 'granted')
      }
    })

    test('never takes back that it was sent', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.record(ended(sent), noon)
      const second = { kind: 'sent', providerMessageId: 'wamid.2' } as const
      for (const late of [{ kind: 'retry' }, { kind: 'unknown' }, failed, second] as const) {
        await ledger.record(ended(late, 1, 9), noon)
        assert.deepEqual(await ledger.claim(resending, deadline), wasSent)
      }
      await ledger.settle('d-1', 1, 'wamid.3', noon)
      assert.deepEqual(await ledger.claim(resending, deadline), wasSent)
    })

    for (const before of [{ kind: 'unknown' }, { kind: 'retry' }, failed, undefined] as const) {
      test(`believes the platform's proof after ${before?.kind ?? 'no outcome'}`, async (t) => {
        const ledger = await adapter.fresh(t)
        await ledger.claim(first, noon)
        if (before) await ledger.record(ended(before), noon)
        await ledger.settle('d-1', 1, 'wamid.1', noon)
        assert.deepEqual(await ledger.claim(resending, deadline), wasSent)
      })
    }

    test('keeps a proof that came before the outcome', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.settle('d-1', 1, 'wamid.1', noon)
      await ledger.record(ended({ kind: 'unknown' }), noon)
      assert.deepEqual(await ledger.claim(resending, deadline), wasSent)
    })

    test('believes the proof of an attempt that was repeated meanwhile', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.claim(resending, deadline)
      await ledger.settle('d-1', 1, 'wamid.1', deadline)
      await ledger.record(ended({ kind: 'retry' }, 2, 2), deadline)
      const doubtful = { ...wasSent, afterUnknown: true }
      assert.deepEqual(await ledger.claim(resending, deadline), doubtful)
    })

    test('tells with what was sent that another attempt may have arrived, too', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.claim(resending, deadline)
      await ledger.record(ended(sent, 2, 2), deadline)
      const doubtful = { ...wasSent, attempt: 2, afterUnknown: true }
      assert.deepEqual(await ledger.claim(successor, deadline), doubtful)
    })

    test('ignores what is said of a delivery or an attempt that never was', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.record(ended(sent), noon)
      await ledger.settle('d-1', 1, 'wamid.1', noon)
      assert.equal((await ledger.claim(first, noon)).kind, 'granted')
      await ledger.settle('d-1', 2, 'wamid.1', noon)
      assert.equal((await ledger.claim(first, noon)).kind, 'busy')
    })

    test('remembers over the death of its process', async (t) => {
      const ledger = await adapter.fresh(t)
      await ledger.claim(first, noon)
      await ledger.claim({ ...first, deliveryId: 'd-2' }, noon)
      await ledger.record(ended(sent), noon)
      const next = await adapter.reopened(t)
      assert.deepEqual(await next.claim(successor, noon), wasSent)
      const other = { ...successor, deliveryId: 'd-2' }
      assert.deepEqual(await next.claim(other, noon), { kind: 'busy', untilMs: deadline })
    })

    test('grants one of many that ask at once, for each of many deliveries', async (t) => {
      const ledger = await adapter.fresh(t)
      const claims = Array.from({ length: 300 }, (_, at) => ({
        ...first,
        deliveryId: `d-${at % 100}`,
        epoch: at,
      }))
      const verdicts = await Promise.all(claims.map((claim) => ledger.claim(claim, noon)))
      const granted = new Set(
        claims.filter((_, at) => verdicts[at]?.kind === 'granted').map((claim) => claim.deliveryId),
      )
      assert.equal(verdicts.filter(({ kind }) => kind === 'granted').length, 100)
      assert.equal(granted.size, 100)
      assert.equal(verdicts.filter(({ kind }) => kind === 'busy').length, 200)
    })

    test('gives each of many outcomes to its own delivery', async (t) => {
      const ledger = await adapter.fresh(t)
      const ids = Array.from({ length: 60 }, (_, at) => `d-${at}`)
      await Promise.all(ids.map((deliveryId) => ledger.claim({ ...first, deliveryId }, noon)))
      await Promise.all(
        ids.map((deliveryId, at) => {
          const outcome = at % 2 ? failed : { ...sent, providerMessageId: deliveryId }
          return ledger.record({ deliveryId, attempt: 1, epoch: 1, outcome }, noon)
        }),
      )
      const verdicts = await Promise.all(
        ids.map((deliveryId) => ledger.claim({ ...successor, deliveryId }, noon)),
      )
      const expected = ids.map((id, at) =>
        at % 2
          ? { kind: 'failed', attempt: 1, reason: 'recipient-gone' }
          : { kind: 'sent', attempt: 1, providerMessageId: id, afterUnknown: false },
      )
      assert.deepEqual(verdicts, expected)
    })

    test('knows under which id a delivery was sent, and of no other', async (t) => {
      const ledger = await adapter.fresh(t)
      assert.equal(await ledger.sentAs('d-1'), undefined)
      await ledger.claim(first, noon)
      assert.equal(await ledger.sentAs('d-1'), undefined)
      await ledger.record(ended({ kind: 'unknown' }), noon)
      assert.equal(await ledger.sentAs('d-1'), undefined)
      await ledger.settle('d-1', 1, 'wamid.7', noon)
      assert.equal(await ledger.sentAs('d-1'), 'wamid.7')
      await ledger.claim({ ...first, deliveryId: 'd-2' }, noon)
      await ledger.record({ ...ended(failed), deliveryId: 'd-2' }, noon)
      assert.equal(await ledger.sentAs('d-2'), undefined)
    })
  })
}
