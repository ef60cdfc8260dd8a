import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SendOutcome } from '../../connectors/contract.ts'
import { enrich } from '../../stages/enrich.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { fact, minute, scene } from './deliver-scene.ts'
import { bia, biaId, deliveryOf, ids, messageOf, toolsOf, withBia } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'

/** Without the ninth digit: as the platform writes the number. */
const canonical = '551199990002'
const spelt: SendOutcome = {
  kind: 'sent',
  providerMessageId: 'wamid.1',
  canonicalAddress: canonical,
}
const alias = {
  tenant: 'default',
  channel: 'whatsapp',
  account: 'demo',
  address: canonical,
  conversationId: withBia,
  participantId: biaId,
  createdAt: nowMs,
  linked: false,
}
const moved = (movedTo?: string): SendOutcome => ({
  kind: 'refused',
  reason: 'recipient-moved',
  detail: 'upgraded to a supergroup',
  ...(movedTo === undefined ? {} : { movedTo }),
})
const next = (nth: number) => deliveryOf({ deliveryId: `${nth}`.repeat(32) })

describe("deliver, when it hears another address of the person's,", () => {
  test('tells it as an alias, whose key holds no address', async () => {
    const { aliases, receipts } = await scene([spelt]).turn()
    assert.deepEqual(
      aliases.map(({ value }) => value),
      [alias],
    )
    const own = ids.conversation('default', 'whatsapp', 'demo', canonical)
    assert.equal(aliases[0]?.key, `default/${own}`)
    assert.deepEqual(fact(receipts[0]), ['sent', 1, null, false])
  })

  test('says it once, and again after a while', async () => {
    const { turn } = scene([spelt, spelt, spelt])
    const counts: number[] = []
    for (const [nth, atMs] of [nowMs, nowMs + minute, nowMs + 60 * minute].entries()) {
      const later = { ...next(nth), acceptedAt: atMs }
      counts.push((await turn(later, atMs)).aliases.length)
    }
    assert.deepEqual(counts, [1, 0, 1])
  })

  test('says nothing of the address it was sent to', async () => {
    const same: SendOutcome = { ...spelt, canonicalAddress: bia.address }
    assert.deepEqual((await scene([same]).turn()).aliases, [])
  })

  test('what is written from there lands in the same conversation', async () => {
    const directory = memoryDirectory()
    const { aliases } = await scene([spelt]).turn()
    await directory.applyAliases(aliases.map(({ value }) => value))
    const tools = toolsOf({ directory })
    const body = enrich.create({ id: 'enrich', settings: {}, outputs: [], tools })
    const own = ids.conversation('default', 'whatsapp', 'demo', canonical)
    const wrote = messageOf({ direction: 'inbound', conversationId: own, address: canonical })
    const [emits = []] = await runStage(body, [inputOf('in', wrote)])
    const [emit] = emits
    assert.ok(emit?.to === 'rekeyed')
    assert.deepEqual([emit.value.conversationId, emit.value.senderId], [withBia, biaId])
  })
})

describe('deliver, when the chat has moved,', () => {
  test('sends once more, at once, to where it is now, and remembers', async () => {
    const { turn, sent } = scene([moved('-100777')])
    const first = await turn()
    assert.deepEqual([first.kind, first.afterMs, first.receipts], ['hold', 0, []])
    assert.deepEqual(
      first.aliases.map(({ value }) => value),
      [{ ...alias, address: '-100777' }],
    )
    assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 2, null, false])
    await turn(next(1))
    assert.deepEqual(
      sent.map(({ address }) => address),
      [bia.address, '-100777', '-100777'],
    )
  })

  test('fails when it moved again, and follows that with the next', async () => {
    const { turn, sent } = scene([moved('-1001'), moved('-1002'), moved('-1002')])
    await turn()
    assert.deepEqual(fact((await turn()).receipts[0]), ['failed', 2, 'recipient-moved', false])
    await turn(next(1))
    assert.deepEqual(fact((await turn(next(1))).receipts[0]), ['sent', 2, null, false])
    assert.deepEqual(
      sent.map(({ address }) => address),
      [bia.address, '-1001', '-1001', '-1002'],
    )
  })

  test('fails where nobody says to where', async () => {
    const { receipts } = await scene([moved()]).turn()
    assert.deepEqual(fact(receipts[0]), ['failed', 1, 'recipient-moved', false])
  })
})
