import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SendOutcome } from '../../connectors/contract.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import type { Ledger } from '../../storage/ports/ledger.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { fact, key, minute, receiptsOf, scene, unknown } from './deliver-scene.ts'
import { deliveryOf } from './fixtures.ts'
import { inputOf, nowMs } from './run-stage.ts'

const away = new Chat4AllError('C4A_STORE_UNREACHABLE', { what: 'a', why: 'b', todo: 'c' })
const refused: SendOutcome = { kind: 'refused', reason: 'opted-out', detail: 'STOP' }

/** A ledger that does not take outcomes while it is told so. */
function deaf() {
  const state = { isDeaf: true, records: 0, ledger: memoryLedger() }
  const ledger: Ledger = {
    ...state.ledger,
    record: async (...asked) => {
      state.records++
      if (state.isDeaf) throw away
      return state.ledger.record(...asked)
    },
  }
  return { state, ledger }
}

describe('deliver, while the ledger takes no outcome,', () => {
  test('remembers that it was sent, and tells it once that is written', async () => {
    const { state, ledger } = deaf()
    const { turn, sent } = scene([], { ledger })
    await assert.rejects(turn(), away)
    await assert.rejects(turn(), away)
    state.isDeaf = false
    const { kind, receipts } = await turn()
    assert.deepEqual([kind, fact(receipts[0])], ['done', ['sent', 1, null, false]])
    assert.equal(sent.length, 1)
  })

  test('remembers a refusal', async () => {
    const { state, ledger } = deaf()
    const { turn, sent } = scene([refused], { ledger })
    await assert.rejects(turn(), away)
    state.isDeaf = false
    assert.deepEqual(fact((await turn()).receipts[0]), ['failed', 1, 'opted-out', false])
    assert.equal(sent.length, 1)
  })

  test('holds as the platform asked, and does not take its own attempt for an unknown one', async () => {
    const { state, ledger } = deaf()
    const { turn, sent } = scene(
      [{ kind: 'retry', reason: 'transient', detail: 'HTTP 500', afterMs: 700 }],
      { ledger },
    )
    const { kind, reason, afterMs } = await turn()
    assert.deepEqual([kind, reason, afterMs], ['hold', 'transient', 700])
    await assert.rejects(turn(), away)
    assert.equal(sent.length, 1)
    state.isDeaf = false
    assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 2, null, false])
  })

  test('counts an unreadable answer from when it came, not from its deadline', async () => {
    const { state, ledger } = deaf()
    const { turn } = scene([unknown], { ledger })
    assert.equal((await turn()).reason, 'no-answer')
    state.isDeaf = false
    assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 2, null, true])
  })

  test('leaves it to the ledger when the partition was elsewhere meanwhile', async () => {
    const { state, ledger } = deaf()
    const { turn, sent } = scene([refused], { ledger })
    await assert.rejects(turn(), away)
    state.isDeaf = false
    // Its next owner took the attempt for unknown and was told that it arrived.
    const { deliveryId, digest } = deliveryOf()
    const later = nowMs + minute
    const claim = { deliveryId, digest, epoch: 2, deadlineMs: later + minute, resend: true }
    await state.ledger.claim(claim, later)
    const outcome = { kind: 'sent', providerMessageId: 'wamid.2' } as const
    await state.ledger.record({ deliveryId, attempt: 2, epoch: 2, outcome }, later)
    const { receipts } = await turn(deliveryOf(), later, 3)
    assert.deepEqual(fact(receipts[0])?.slice(0, 2), ['sent', 2])
    assert.equal(sent.length, 1)
  })

  test('writes it before the partition goes to somebody else', async () => {
    const { state, ledger } = deaf()
    const { turn, body } = scene([], { ledger })
    await assert.rejects(turn(), away)
    assert.ok(body.shape === 'keyed-effect' && body.drain)
    await assert.rejects(body.drain({ nowMs }), away)
    state.isDeaf = false
    await body.drain({ nowMs })
    const { deliveryId, digest } = deliveryOf()
    const claim = { deliveryId, digest, epoch: 2, deadlineMs: nowMs + minute, resend: false }
    assert.equal((await ledger.claim(claim, nowMs)).kind, 'sent')
    const { records } = state
    await body.drain({ nowMs })
    assert.equal(state.records, records, 'what is written is not written again')
  })

  test('gives up with what it knows, not with a failure', async () => {
    const { ledger } = deaf()
    const { turn, body } = scene([], { ledger })
    await assert.rejects(turn(), away)
    assert.ok(body.shape === 'keyed-effect')
    const input = inputOf('in', deliveryOf(), key)
    const [last] = receiptsOf(body.giveUp(input, 'C4A_STORE_UNREACHABLE', { nowMs }))
    assert.deepEqual(fact(last), ['sent', 1, null, false])
  })
})
