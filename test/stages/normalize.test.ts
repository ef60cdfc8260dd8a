import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Inbound } from '../../connectors/contract.ts'
import type { InboundItem, Message, Receipt } from '../../schemas/types.ts'
import { normalize } from '../../stages/normalize.ts'
import { bia, biaId, channelsOf, content, ids, toolsOf, withBia } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

const item: InboundItem = {
  tenant: 'default',
  channel: 'whatsapp',
  endpoint: 'meta',
  account: 'demo',
  item: new TextEncoder().encode('{"id":"wamid.1"}'),
  context: new TextEncoder().encode('{}'),
  bodyHash: 'f'.repeat(64),
  index: 2,
  count: 3,
  receivedAt: nowMs - 500,
}

const wrote: Extract<Inbound, { kind: 'message' }> = {
  kind: 'message',
  account: '1000',
  address: bia.address,
  providerMessageId: 'wamid.1',
  content: { type: 'text', text: 'oi' },
  sentAtMs: nowMs - 900,
}

const delivered: Extract<Inbound, { kind: 'receipt' }> = {
  kind: 'receipt',
  account: '1000',
  address: bia.address,
  status: 'delivered',
  providerMessageId: 'wamid.9',
  watermarkMs: null,
  echo: `${'a'.repeat(32)}.2.m.1`,
  reason: null,
  detail: null,
  atMs: nowMs - 700,
}

async function run(parsed: readonly Inbound[], fields: Partial<InboundItem> = {}) {
  const tools = toolsOf({ channels: channelsOf({ parse: () => parsed }) })
  const body = normalize.create({ id: 'normalize', settings: {}, outputs: [], tools })
  const [emits = []] = await runStage(body, [
    inputOf('items', { ...item, ...fields }, 'default/h1'),
  ])
  return emits
}

async function messageFrom(
  inbound: Inbound = wrote,
  fields: Partial<InboundItem> = {},
): Promise<Message> {
  const [emit] = await run([inbound], fields)
  assert.ok(emit?.to === 'messages')
  return emit.value
}

async function receiptFrom(inbound: Inbound): Promise<Receipt> {
  const [emit] = await run([inbound])
  assert.ok(emit?.to === 'receipts')
  return emit.value
}

stageSuite(normalize, {
  tools: () =>
    toolsOf({
      channels: channelsOf({
        parse: () => [wrote, delivered, { kind: 'unsupported', account: null, why: 'a poll' }],
      }),
    }),
  inputs: () => [inputOf('items', item, 'default/h1')],
})

describe('normalize', () => {
  test('hands the connector the bytes as they came', async () => {
    const calls: unknown[] = []
    const channels = channelsOf({
      parse: (...args) => {
        calls.push(args)
        return []
      },
    })
    const setup = { id: 'normalize', settings: {}, outputs: [], tools: toolsOf({ channels }) }
    await runStage(normalize.create(setup), [inputOf('items', item)])
    assert.deepEqual(calls, [['whatsapp', item.item, item.context, nowMs - 500]])
  })

  test('makes the canonical message, in the conversation that sending to the address would use', async () => {
    const [emit] = await run([wrote])
    assert.equal(emit?.key, `default/${withBia}`)
    const { submissionId, digest, ...message } = await messageFrom()
    assert.match(submissionId, /^[0-9a-f]{32}$/)
    assert.match(digest, /^[0-9a-f]{32}$/)
    assert.deepEqual(message, {
      messageId: 'in:whatsapp:demo:wamid.1',
      tenant: 'default',
      conversationId: withBia,
      direction: 'inbound',
      senderId: biaId,
      ...bia,
      acceptedAt: nowMs - 500,
      expiresAt: null,
      sendAt: null,
      fallback: [],
      humanAgent: false,
      replyTo: null,
      providerMessageId: 'wamid.1',
      metadata: {},
      contentKind: 'text',
      content: content.encode(wrote.content),
      seal: null,
      origin: null,
    })
  })

  test('keeps what it answers, as the platform names it', async () => {
    assert.equal((await messageFrom({ ...wrote, replyTo: 'wamid.0' })).replyTo, 'wamid.0')
  })

  test('puts what is written in a group chat into the conversation of the chat', async () => {
    const message = await messageFrom({ ...wrote, chat: '-100' })
    assert.equal(message.conversationId, ids.conversation('default', 'whatsapp', 'demo', '-100'))
    assert.equal(message.senderId, biaId)
  })

  test('keeps where it is to be heard for enrich to look at, and does not put it there itself', async () => {
    const message = await messageFrom({ ...wrote, conversationId: 'c_named' })
    assert.equal(message.conversationId, (await messageFrom()).conversationId)
    assert.equal(message.origin?.conversationId, 'c_named')
    // Said again elsewhere under the same id it is another message, and not a repetition.
    const elsewhere = await messageFrom({ ...wrote, conversationId: 'c_other' })
    assert.equal(
      new Set([message, elsewhere, await messageFrom()].map(({ digest }) => digest)).size,
      3,
    )
  })

  test('gives a webhook that is repeated the same message and digest, as another submission', async () => {
    const first = await messageFrom()
    const repeated = await messageFrom(wrote, { receivedAt: nowMs })
    assert.equal(repeated.messageId, first.messageId)
    assert.equal(repeated.digest, first.digest)
    assert.notEqual(repeated.submissionId, first.submissionId)
  })

  const others = [
    ['the body', { bodyHash: '0'.repeat(64) }],
    ['the place in the body', { index: 1 }],
  ] as const
  for (const [name, fields] of others) {
    test(`tells submissions apart by ${name}`, async () => {
      const { submissionId } = await messageFrom()
      assert.notEqual((await messageFrom(wrote, fields)).submissionId, submissionId)
    })
  }

  test('tells two messages of one item apart', async () => {
    const emits = await run([wrote, { ...wrote, providerMessageId: 'wamid.2' }])
    const submissions = emits.map(({ value }) => 'submissionId' in value && value.submissionId)
    assert.equal(new Set(submissions).size, 2)
  })

  const digested: readonly (readonly [string, Partial<typeof wrote>])[] = [
    ['content', { content: { type: 'text', text: 'outra' } }],
    ['the writer', { address: '551100000000' }],
    ['what it answers', { replyTo: 'wamid.0' }],
  ]
  for (const [name, fields] of digested) {
    test(`has ${name} in the digest`, async () => {
      const { digest } = await messageFrom()
      assert.notEqual((await messageFrom({ ...wrote, ...fields })).digest, digest)
    })
  }

  test('makes a receipt that names its delivery where our mark came back', async () => {
    const [emit] = await run([delivered])
    assert.deepEqual(emit, {
      to: 'receipts',
      key: `default/${withBia}/${biaId}`,
      value: {
        tenant: 'default',
        channel: 'whatsapp',
        account: 'demo',
        conversationId: null,
        participantId: biaId,
        deliveryId: 'a'.repeat(32),
        messageId: 'm.1',
        part: null,
        providerMessageId: 'wamid.9',
        kind: 'delivered',
        reason: null,
        detail: null,
        attempt: 2,
        possibleDuplicate: false,
        watermark: null,
        providerAt: nowMs - 700,
        observedAt: nowMs - 500,
        calledAt: null,
        source: 'webhook',
      },
    })
  })

  test('names the delivery alone where the mark is from before it named messages', async () => {
    const { deliveryId, messageId } = await receiptFrom({
      ...delivered,
      echo: `${'a'.repeat(32)}.2`,
    })
    assert.deepEqual([deliveryId, messageId], ['a'.repeat(32), null])
  })

  for (const echo of [null, 'campaign-7', `${'a'.repeat(32)}.0`, `${'A'.repeat(32)}.1`]) {
    test(`names no delivery where the mark is ${echo}`, async () => {
      const { deliveryId, attempt } = await receiptFrom({ ...delivered, echo })
      assert.deepEqual([deliveryId, attempt], [null, 0])
    })
  }

  test('keeps a failure with its reason, and a watermark', async () => {
    const failed = await receiptFrom({
      ...delivered,
      status: 'failed',
      reason: 'window-closed',
      detail: '131047',
    })
    assert.deepEqual(
      [failed.kind, failed.reason, failed.detail],
      ['failed', 'window-closed', '131047'],
    )
    const read = await receiptFrom({ ...delivered, status: 'read', watermarkMs: nowMs })
    assert.equal(read.watermark, nowMs)
  })

  test("keys a receipt without an address by its item's chat", async () => {
    const [emit] = await run([{ ...delivered, address: null }])
    assert.equal(emit?.key, 'default/h1')
  })

  test("takes an item's account from the platform's id, and with it the tenant", async () => {
    const channels = channelsOf({
      parse: () => [wrote],
      accountOf: () => ({ id: 'loja', tenant: 'acme' }),
    })
    const setup = { id: 'normalize', settings: {}, outputs: [], tools: toolsOf({ channels }) }
    const [[emit] = []] = await runStage(normalize.create(setup), [inputOf('items', item)])
    assert.ok(emit?.to === 'messages')
    assert.deepEqual([emit.value.tenant, emit.value.account], ['acme', 'loja'])
  })

  test("falls back to the endpoint's account where the platform names none of ours", async () => {
    const message = await messageFrom({ ...wrote, account: 'demo' })
    assert.deepEqual([message.tenant, message.account], ['default', 'demo'])
  })

  test('keeps what is for no account of ours', async () => {
    const [emit] = await run([{ ...wrote, account: '9999' }], { account: null })
    assert.ok(emit?.to === 'unsupported')
    assert.match(emit.value.reason, /'9999'/)
  })

  test('keeps what the connector cannot read, with its bytes', async () => {
    const emits = await run([{ kind: 'unsupported', account: null, why: 'a poll' }])
    assert.deepEqual(emits, [
      {
        to: 'unsupported',
        key: 'default/h1',
        value: {
          tenant: 'default',
          channel: 'whatsapp',
          account: 'demo',
          reason: 'a poll',
          item: item.item,
          context: item.context,
          receivedAt: nowMs - 500,
        },
      },
    ])
  })

  test('makes nothing of what means nothing', async () => {
    assert.deepEqual(await run([{ kind: 'ignored', why: 'our own echo' }]), [])
  })
})

describe('normalize, for a chat that has moved,', () => {
  test('tells that the new address is another one of the same conversation', async () => {
    const emits = await run([{ kind: 'moved', account: '1000', from: '-77', to: '-10077' }])
    const conversationOf = (address: string) =>
      ids.conversation('default', 'whatsapp', 'demo', address)
    assert.deepEqual(emits, [
      {
        to: 'aliases',
        key: `default/${conversationOf('-10077')}`,
        value: {
          tenant: 'default',
          channel: 'whatsapp',
          account: 'demo',
          address: '-10077',
          conversationId: conversationOf('-77'),
          participantId: ids.participant('default', 'whatsapp', 'demo', '-77'),
          createdAt: item.receivedAt,
          linked: false,
        },
      },
    ])
  })
})
