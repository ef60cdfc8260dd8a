import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Content, SendOutcome } from '../../connectors/contract.ts'
import type { Message } from '../../schemas/types.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { fact, minute, scene } from './deliver-scene.ts'
import { bia, biaId, content, deliveryOf, hello, ids, messageOf } from './fixtures.ts'
import { nowMs } from './run-stage.ts'

const day = 86_400_000
const closed: SendOutcome = { kind: 'refused', reason: 'window-closed', detail: '131047' }

/** What Bia wrote. */
const heard = (fields: Partial<Message>) =>
  messageOf({ direction: 'inbound', senderId: biaId, ...fields })

describe('deliver, when the window is closed', () => {
  test('fails where nothing else is said', async () => {
    const { turn } = scene([closed])
    assert.deepEqual(fact((await turn()).receipts[0]), ['failed', 1, 'window-closed', false])
  })

  describe('and the policy is to hold', () => {
    const holding = (history = memoryHistory()) => {
      const writes = (acceptedAt: number) =>
        history.apply({
          messages: [heard({ messageId: `in:${acceptedAt}`, acceptedAt })],
          ...{ rejections: [], deliveries: [], receipts: [] },
        })
      return { ...scene([closed], { with: { whenClosed: 'hold' }, history }), writes }
    }

    test('holds what comes after the window, which the platform might take and then fail', async () => {
      const history = memoryHistory()
      const { writes } = holding(history)
      const can = { windowMs: day }
      const { turn, sent } = scene([], { with: { whenClosed: 'hold' }, history, can })
      const first = await turn()
      assert.deepEqual([first.kind, first.reason], ['hold', 'window-closed'])
      await writes(nowMs - day)
      assert.equal((await turn()).kind, 'hold')
      assert.equal(sent.length, 0)
      await writes(nowMs - day + 1)
      assert.equal((await turn()).kind, 'done')
      assert.equal(sent.length, 1)
    })

    test('asks the history once for as long as the window is open', async () => {
      const history = memoryHistory()
      const { writes } = holding(history)
      await writes(nowMs)
      let looks = 0
      const counted = {
        ...history,
        lastInbound: (...asked: Parameters<typeof history.lastInbound>) => {
          looks++
          return history.lastInbound(...asked)
        },
      }
      const can = { windowMs: day }
      const given = { with: { whenClosed: 'hold', expireAfter: 9 * day }, history: counted, can }
      const { turn } = scene([], given)
      for (const n of ['1', '2', '3']) await turn(deliveryOf({ deliveryId: n.repeat(32) }))
      assert.equal(looks, 1)
      const late = deliveryOf({ deliveryId: '4'.repeat(32) })
      assert.equal((await turn(late, nowMs + day)).kind, 'hold')
      assert.equal(looks, 2)
    })

    test('waits until the person writes, and asks the platform for nothing meanwhile', async () => {
      const { turn, sent, writes } = holding()
      const first = await turn()
      assert.deepEqual([first.kind, first.reason, first.afterMs], ['hold', 'window-closed', 15_000])
      assert.deepEqual(fact(first.receipts[0]), ['held', 1, 'window-closed', false])
      assert.equal(first.receipts[0]?.detail, '131047')
      assert.equal((await turn(deliveryOf(), nowMs + minute)).kind, 'hold')
      assert.equal(sent.length, 1)

      await writes(nowMs - 1)
      assert.equal((await turn(deliveryOf(), nowMs + 2 * minute)).kind, 'hold')
      await writes(nowMs + 2 * minute)
      const { kind, receipts } = await turn(deliveryOf(), nowMs + 3 * minute)
      assert.equal(kind, 'done')
      assert.equal(receipts[0]?.kind, 'sent')
      assert.equal(sent.length, 2)
    })

    test('ends at the deadline', async () => {
      const { turn, sent } = holding()
      const delivery = deliveryOf({ expiresAt: nowMs + minute })
      await turn(delivery)
      const { kind, receipts } = await turn(delivery, nowMs + minute)
      assert.equal(kind, 'done')
      assert.deepEqual(fact(receipts[0]), ['failed', 2, 'expired', false])
      assert.equal(sent.length, 1)
    })

    test('hears of a cancellation at its next look', async () => {
      const { turn, ledger } = holding()
      const { deliveryId, digest } = deliveryOf()
      await turn()
      assert.equal(await ledger.cancel(deliveryId, digest, 'cancelled', nowMs), true)
      const { kind, receipts } = await turn(deliveryOf(), nowMs + minute)
      assert.deepEqual([kind, receipts[0]?.reason], ['done', 'cancelled'])
    })
  })

  describe('and the policy is a template', () => {
    const given = { whenClosed: 'template', template: 'plain_words/pt_BR' }
    const can = { windowMs: day }
    const said = (value: string) => ({
      type: 'template',
      ...{ name: 'plain_words', language: 'pt_BR' },
      parameters: [{ part: 'body', kind: 'text', value }],
    })

    test('sends a text as one, in one line', async () => {
      const { turn, sent } = scene([], { with: given, can })
      const says = { type: 'text', text: 'Bom dia,\n\n  Bia' } as const
      const { kind } = await turn(deliveryOf({ content: content.encode(says) }))
      assert.equal(kind, 'done')
      assert.deepEqual(
        sent.map((each) => each.content),
        [said('Bom dia, Bia')],
      )
    })

    test('sends it as it is while the window is open', async () => {
      const history = memoryHistory()
      await history.apply({
        messages: [heard({ messageId: 'in:1', acceptedAt: nowMs })],
        ...{ rejections: [], deliveries: [], receipts: [] },
      })
      const { turn, sent } = scene([], { with: given, can, history })
      await turn()
      assert.deepEqual(sent[0]?.content, hello)
    })

    test('learns of a closed window by the refusal, and tries once as a template', async () => {
      const { turn, sent } = scene([closed, closed], { with: given })
      const first = await turn()
      assert.deepEqual([first.kind, first.afterMs, first.receipts], ['hold', 0, []])
      const { kind, receipts } = await turn()
      assert.deepEqual([kind, receipts[0]?.reason], ['done', 'window-closed'])
      assert.deepEqual(
        sent.map((each) => each.content.type),
        ['text', 'template'],
      )
    })

    const unfit: readonly Content[] = [
      { type: 'image', url: 'https://example.org/a.jpg' },
      { type: 'text', text: 'a'.repeat(1_025) },
    ]
    for (const says of unfit) {
      test(`fails a ${says.type} that does not go into one, and says why`, async () => {
        const { turn, sent } = scene([], { with: given, can })
        const delivery = deliveryOf({ contentKind: says.type, content: content.encode(says) })
        const { receipts } = await turn(delivery)
        assert.deepEqual(fact(receipts[0]), ['failed', 1, 'window-closed', false])
        assert.match(receipts[0]?.detail ?? '', /template takes/)
        assert.equal(sent.length, 0)
      })
    }

    test('is refused at the start where it names none', () => {
      for (const template of [undefined, 'plain_words', 'Plain/pt_BR']) {
        assert.throws(() => scene([], { with: { ...given, template } }), /names no template/)
      }
    })
  })

  describe('and the policy is another channel', () => {
    const given = { with: { whenClosed: 'fallback' }, can: { windowMs: day } }

    test('fails where there is one, before the platform is asked', async () => {
      const { turn, sent } = scene([], given)
      const { receipts } = await turn(deliveryOf({ fallback: true }))
      assert.deepEqual(fact(receipts[0]), ['failed', 1, 'window-closed', false])
      assert.equal(sent.length, 0)
    })

    test('leaves it to the platform where there is none', async () => {
      const { turn, sent } = scene([], given)
      assert.equal((await turn()).receipts[0]?.kind, 'sent')
      assert.equal(sent.length, 1)
    })
  })

  test('a person may answer for longer than a program, and each has their own window', async () => {
    const history = memoryHistory()
    const acceptedAt = nowMs - 2 * day
    await history.apply({
      messages: [heard({ messageId: 'in:1', acceptedAt })],
      ...{ rejections: [], deliveries: [], receipts: [] },
    })
    const can = { windowMs: day, agentWindowMs: 7 * day }
    const { turn, sent } = scene([], { with: { whenClosed: 'hold' }, history, can })
    const byPerson = deliveryOf({ deliveryId: 'b'.repeat(32), humanAgent: true })
    assert.equal((await turn()).kind, 'hold')
    assert.equal((await turn(byPerson)).kind, 'done')
    assert.equal((await turn()).kind, 'hold')
    assert.deepEqual(
      sent.map(({ humanAgent }) => humanAgent),
      [true],
    )
  })

  describe('in a conversation of several', () => {
    const can = { windowMs: day }
    const given = { with: { whenClosed: 'hold' }, can }
    const theGroup = 'g_1'
    const inGroup = deliveryOf({ conversationId: theGroup })
    const ana = { channel: 'telegram', senderId: 'p_ana' }
    const cases: readonly (readonly [string, Partial<Message>, string])[] = [
      ['another writes', { conversationId: theGroup, ...ana }, 'hold'],
      ['they write by another channel', { conversationId: theGroup, channel: 'telegram' }, 'hold'],
      ['they write themselves', { conversationId: theGroup }, 'done'],
      ['they wrote to us alone', {}, 'done'],
    ]
    for (const [what, fields, kind] of cases) {
      test(`${kind === 'done' ? 'opens' : 'stays closed'} when ${what}`, async () => {
        const history = memoryHistory()
        const messages = [heard({ messageId: 'in:1', acceptedAt: nowMs, ...fields })]
        await history.apply({ messages, rejections: [], deliveries: [], receipts: [] })
        const { turn } = scene([], { ...given, history })
        assert.equal((await turn(inGroup)).kind, kind)
      })
    }

    test('of the channel that a message falls back to, what was written there counts', async () => {
      const history = memoryHistory()
      const messenger = { channel: 'messenger', account: 'demo', address: '71' }
      const leg = deliveryOf({ ...messenger, deliveryId: 'c'.repeat(32) })
      const { turn } = scene([], { ...given, history })
      const write = (fields: Partial<Message>) =>
        history.apply({
          messages: [heard({ acceptedAt: nowMs, ...fields })],
          ...{ rejections: [], deliveries: [], receipts: [] },
        })
      await write({ messageId: 'in:whatsapp', channel: bia.channel })
      assert.equal((await turn(leg)).kind, 'hold')
      await write({
        ...{ ...messenger, messageId: 'in:messenger' },
        conversationId: ids.conversation('default', 'messenger', 'demo', '71'),
        senderId: ids.participant('default', 'messenger', 'demo', '71'),
      })
      assert.equal((await turn(leg, nowMs + 1)).kind, 'done')
    })
  })
})
