import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SendOutcome } from '../../connectors/contract.ts'
import { channelReasons } from '../../domain/reasons.ts'
import type { Delivery } from '../../schemas/types.ts'
import { deliver } from '../../stages/deliver.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import type { Ledger } from '../../storage/ports/ledger.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import {
  fact,
  id,
  key,
  minute,
  receiptsOf,
  scene,
  settings,
  transient,
  unknown,
} from './deliver-scene.ts'
import { biaId, channelsOf, content, deliveryOf, toolsOf, withBia } from './fixtures.ts'
import { attempt, inputOf, nowMs } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

stageSuite(deliver, {
  settings,
  inputs: () => [
    inputOf('in', deliveryOf(), key),
    inputOf('in', deliveryOf({ expiresAt: nowMs, deliveryId: 'b'.repeat(32) }), key),
  ],
})

describe('deliver', () => {
  test('sends, and tells it with the platform id', async () => {
    const { turn, sent } = scene([])
    const { kind, receipts } = await turn()
    assert.equal(kind, 'done')
    assert.deepEqual(sent, [
      {
        address: '5511999990002',
        content: { type: 'text', text: 'hello' },
        echo: `${id}.1.m1`,
        origin: {
          tenant: 'default',
          deliveryId: id,
          conversationId: withBia,
          messageId: 'm1',
          senderId: null,
          senderName: null,
          part: 0,
          parts: 1,
          acceptedAt: nowMs - 1_000,
        },
      },
    ])
    assert.deepEqual(receipts, [
      {
        tenant: 'default',
        channel: 'whatsapp',
        account: 'demo',
        conversationId: withBia,
        participantId: biaId,
        deliveryId: id,
        messageId: 'm1',
        part: 0,
        providerMessageId: 'wamid.1',
        kind: 'sent',
        reason: null,
        detail: null,
        attempt: 1,
        possibleDuplicate: false,
        watermark: null,
        providerAt: null,
        observedAt: nowMs,
        calledAt: nowMs,
        source: 'connector',
      },
    ])
  })

  test('tells when the answer came, and keeps when the call began', async () => {
    const body = deliver.create({ id: 'd', settings, outputs: ['receipts'], tools: toolsOf() })
    const input = inputOf('in', deliveryOf(), key)
    const { emit = [] } = await attempt(body, input, nowMs, 1, () => nowMs + 700)
    const [receipt] = receiptsOf(emit)
    assert.deepEqual([receipt?.calledAt, receipt?.observedAt], [nowMs, nowMs + 700])
  })

  test('claims nothing before the schema of its content is known', async () => {
    const ledger = memoryLedger()
    const unknown = new Chat4AllError('C4A_SCHEMA_UNKNOWN', { what: 'a', why: 'b', todo: 'c' })
    let asked = 0
    const decode: typeof content.decode = (kind, bytes) => {
      if (asked++ === 0) throw unknown
      return content.decode(kind, bytes)
    }
    const tools = toolsOf({ ledger, content: { ...content, decode } })
    const body = deliver.create({ id: 'd', settings, outputs: ['receipts'], tools })
    const input = inputOf('in', deliveryOf(), key)
    await assert.rejects(attempt(body, input), unknown)
    const { emit = [] } = await attempt(body, input)
    assert.deepEqual(fact(receiptsOf(emit)[0]), ['sent', 1, null, false])
  })

  test('quotes the message it answers', async () => {
    const { turn, sent } = scene([])
    await turn(deliveryOf({ replyTo: 'wamid.0' }))
    assert.equal(sent[0]?.replyTo, 'wamid.0')
  })

  test('names what the person got as the platform does, and not what another wrote', async () => {
    const { turn, sent } = scene([])
    const first = deliveryOf()
    await turn(first)
    const own = { answers: first.deliveryId, replyTo: 'wamid.THEIRS' }
    await turn(deliveryOf({ deliveryId: 'c'.repeat(32), ...own }))
    assert.equal(sent[1]?.replyTo, 'wamid.1')
    const never = { answers: 'e'.repeat(32), replyTo: 'wamid.THEIRS' }
    await turn(deliveryOf({ deliveryId: 'd'.repeat(32), ...never }))
    assert.equal(sent[2]?.replyTo, 'wamid.THEIRS')
  })

  test('claims nothing while the ledger does not tell what is answered', async () => {
    const kept = memoryLedger()
    const away = () => Promise.reject(new Error('the ledger is away'))
    const { turn, sent } = scene([], { ledger: { ...kept, sentAs: away } })
    await assert.rejects(turn(deliveryOf({ answers: 'e'.repeat(32) })), /away/)
    assert.deepEqual(sent, [])
    const claim = { deliveryId: id, digest: 'x', epoch: 1, deadlineMs: nowMs, resend: false }
    assert.equal((await kept.claim(claim, nowMs)).kind, 'granted')
  })

  test('bounds the attempt by the time the ledger counts on', async () => {
    const timeouts: number[] = []
    const channels = channelsOf({
      send: async (_channel, _account, _outbound, _signal, timeoutMs) => {
        timeouts.push(timeoutMs)
        return unknown
      },
    })
    const ledger = memoryLedger()
    const claims: number[] = []
    const watched: Ledger = {
      ...ledger,
      claim(claim, at) {
        claims.push(claim.deadlineMs)
        return ledger.claim(claim, at)
      },
    }
    const tools = toolsOf({ channels, ledger: watched })
    const body = deliver.create({ id: 'deliver.whatsapp', settings, outputs: [], tools })
    await attempt(body, inputOf('in', deliveryOf(), key))
    assert.deepEqual([timeouts, claims], [[30_000], [nowMs + 30_000]])
  })

  test('groups by account, so that one dead account cannot stop the others', () => {
    const { body } = scene([])
    assert.ok(body.shape === 'keyed-effect')
    assert.equal(body.group(inputOf('in', deliveryOf(), key)), 'default/demo')
  })

  test('tells why it gave up', () => {
    const { body } = scene([])
    assert.ok(body.shape === 'keyed-effect')
    const [emit] = body.giveUp(inputOf('in', deliveryOf(), key), 'channel-auth', { nowMs })
    assert.equal(emit?.key, key)
    assert.deepEqual(fact(emit && receiptsOf([emit])[0]), ['failed', 0, 'channel-auth', false])
  })

  describe('when the platform takes it not', () => {
    const actions: Readonly<Record<string, 'account' | 'key' | 'fail'>> = {
      'throttled-sender': 'account',
      'channel-auth': 'account',
      'throttled-conversation': 'key',
      transient: 'key',
    }
    for (const reason of channelReasons) {
      const action = actions[reason] ?? 'fail'
      test(`refused for ${reason}: ${action}`, async () => {
        const { turn, sent } = scene([{ kind: 'refused', reason, detail: 'no' }])
        const first = await turn()
        assert.deepEqual(fact(first.receipts[0]), [
          action === 'fail' ? 'failed' : 'held',
          1,
          reason,
          false,
        ])
        assert.equal(first.receipts[0]?.detail, 'no')
        assert.equal(first.kind, action === 'fail' ? 'done' : 'hold')
        assert.equal(first.whole ?? false, action === 'account')
        const { receipts } = await turn()
        // A decision stands, and is told again as the same fact; a wait ends with the next attempt.
        const second = action === 'fail' ? ['failed', 1, reason, false] : ['sent', 2, null, false]
        assert.deepEqual(fact(receipts[0]), second)
        assert.equal(sent.length, action === 'fail' ? 1 : 2)
      })
    }

    for (const reason of ['channel-auth', 'channel-restricted'] as const) {
      test(`holds the account for ${reason} that may be put right`, async () => {
        const first = await scene([{ kind: 'retry', reason, detail: 'no' }]).turn()
        assert.deepEqual([first.kind, first.whole], ['hold', true])
      })
    }

    test('waits as long as the platform asks', async () => {
      const hinted: SendOutcome = {
        kind: 'retry',
        reason: 'throttled-sender',
        detail: 'HTTP 429',
        afterMs: 7000,
      }
      const { afterMs, whole, reason } = await scene([hinted]).turn()
      assert.deepEqual([afterMs, whole, reason], [7000, true, 'throttled-sender'])
    })

    test('leaves the wait to the policy where it does not', async () => {
      const turn = await scene([transient]).turn()
      assert.equal('afterMs' in turn, false)
    })

    test('is no possible duplicate afterwards, since it was certainly not accepted', async () => {
      const { turn, sent } = scene([transient, transient])
      await turn()
      await turn()
      assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 3, null, false])
      assert.deepEqual(
        sent.map(({ echo }) => echo),
        [`${id}.1.m1`, `${id}.2.m1`, `${id}.3.m1`],
      )
    })
  })

  describe('when it comes again', () => {
    test('does not send twice, and tells the same fact', async () => {
      const { turn, sent } = scene([])
      await turn()
      const again = await turn(deliveryOf(), nowMs + minute, 2)
      assert.equal(sent.length, 1)
      assert.equal(again.kind, 'done')
      assert.deepEqual(fact(again.receipts[0]), ['sent', 1, null, false])
      assert.equal(again.receipts[0]?.providerMessageId, 'wamid.1')
    })

    test('knows that it was sent even if it has expired since', async () => {
      const { turn } = scene([])
      await turn()
      const { receipts } = await turn(deliveryOf(), nowMs + 61 * minute, 2)
      assert.equal(receipts[0]?.kind, 'sent')
    })

    test('waits for an attempt of another owner that may still be running', async () => {
      const { turn, ledger, sent } = scene([])
      const claim = { deliveryId: id, digest: 'd'.repeat(32), epoch: 1, resend: false }
      await ledger.claim({ ...claim, deadlineMs: nowMs + 5000 }, nowMs)
      const { kind, reason, afterMs, receipts } = await turn(deliveryOf(), nowMs + 1000, 2)
      assert.deepEqual([kind, reason, afterMs, receipts], ['hold', 'busy', 4000, []])
      assert.equal(sent.length, 0)
    })

    test('sends again, flagged, what a dead owner left behind', async () => {
      const { turn, ledger } = scene([])
      const claim = { deliveryId: id, digest: 'd'.repeat(32), epoch: 1, resend: false }
      await ledger.claim({ ...claim, deadlineMs: nowMs + 5000 }, nowMs)
      const { receipts } = await turn(deliveryOf(), nowMs + 5000, 2)
      assert.deepEqual(fact(receipts[0]), ['sent', 2, null, true])
    })

    test('fails under an id that was used for other content', async () => {
      const { turn, sent } = scene([])
      await turn()
      const { kind, receipts } = await turn(deliveryOf({ digest: 'e'.repeat(32) }))
      assert.equal(kind, 'done')
      assert.deepEqual(fact(receipts[0]), ['failed', 0, 'id-reused', false])
      assert.equal(sent.length, 1)
    })

    test('is sent again, flagged, when the process died with the outcome not noted', async () => {
      const ledger = memoryLedger()
      const away = new Chat4AllError('C4A_STORE_UNREACHABLE', { what: 'a', why: 'b', todo: 'c' })
      let fails = 1
      const flaky: Ledger = {
        ...ledger,
        async record(outcome, at) {
          if (fails-- > 0) throw away
          await ledger.record(outcome, at)
        },
      }
      await assert.rejects(scene([], { ledger: flaky }).turn(), away)
      const { turn, sent } = scene([], { ledger: flaky })
      assert.equal((await turn(deliveryOf(), nowMs + 1000)).reason, 'busy')
      // It was sent, and nobody can tell: the promise is at least once, and the flag says so.
      const { receipts } = await turn(deliveryOf(), nowMs + 30_000)
      assert.deepEqual(fact(receipts[0]), ['sent', 2, null, true])
      assert.equal(sent.length, 1)
    })
  })

  describe('that expired', () => {
    const expired: readonly (readonly [string, Partial<Delivery>])[] = [
      ["by the message's own expiry", { expiresAt: nowMs }],
      ["by the channel's", { acceptedAt: nowMs - 60 * minute }],
    ]
    for (const [name, fields] of expired) {
      test(`${name} is not sent, and failed for good`, async () => {
        const { turn, sent } = scene([])
        const { kind, receipts } = await turn(deliveryOf(fields))
        assert.equal(kind, 'done')
        assert.deepEqual(fact(receipts[0]), ['failed', 1, 'expired', false])
        assert.deepEqual(fact((await turn(deliveryOf(fields))).receipts[0]), [
          'failed',
          1,
          'expired',
          false,
        ])
        assert.equal(sent.length, 0)
      })
    }

    test('goes out until then', async () => {
      const fields = { expiresAt: nowMs + 1, acceptedAt: nowMs - 100 * minute }
      assert.equal((await scene([]).turn(deliveryOf(fields))).receipts[0]?.kind, 'sent')
    })
  })

  test('fails what it cannot read', async () => {
    const { turn, sent } = scene([])
    const { kind, receipts } = await turn(deliveryOf({ contentKind: 'hologram' }))
    assert.equal(kind, 'done')
    assert.deepEqual(fact(receipts[0]), ['failed', 1, 'undecodable', false])
    assert.equal(sent.length, 0)
  })

  test('is held by an error that is not about its content', async () => {
    const away = new Chat4AllError('C4A_SCHEMA_UNKNOWN', { what: 'a', why: 'b', todo: 'c' })
    const content = {
      ...toolsOf().content,
      decode: () => {
        throw away
      },
    }
    const tools = toolsOf({ content })
    const body = deliver.create({ id: 'deliver.whatsapp', settings, outputs: [], tools })
    await assert.rejects(attempt(body, inputOf('in', deliveryOf(), key)), away)
  })

  test('refuses to start without its channel', () => {
    const { channel, ...others } = settings
    const setup = { id: 'deliver.whatsapp', settings: others, outputs: [], tools: toolsOf() }
    assert.throws(() => deliver.create(setup), /Setting 'channel' of stage 'deliver.whatsapp'/)
  })
})
