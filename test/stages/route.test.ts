import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Capabilities } from '../../connectors/contract.ts'
import type { Content } from '../../domain/content.ts'
import { deliveryIdOf } from '../../domain/ids.ts'
import type { EnrichedMessage, Message, Recipient } from '../../schemas/types.ts'
import { route } from '../../stages/route.ts'
import {
  bia,
  biaId,
  channelsOf,
  content,
  deliveryOf,
  messageOf,
  toolsOf,
  withBia,
} from './fixtures.ts'
import { inputOf, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

const toBia: Recipient = { participantId: biaId, ...bia }
const settings = { senderNames: 'prefix' }
const outputs = ['whatsapp', 'telegram', 'rejected', 'fallback']
const enriched = (message: Message, ...recipients: readonly Recipient[]): EnrichedMessage => ({
  message,
  recipients: recipients.length > 0 ? recipients : [toBia],
  senderName: null,
})

async function run(value: EnrichedMessage, can: Partial<Capabilities> = {}) {
  const tools = toolsOf({ channels: channelsOf({ can }) })
  const body = route.create({ id: 'route', settings, outputs, tools })
  const [emits = []] = await runStage(body, [inputOf('in', value)])
  return emits
}

/** What each delivery says. */
async function shown(says: Content, can: Partial<Capabilities> = {}): Promise<readonly Content[]> {
  const emits = await run(enriched(messageOf({}, says)), can)
  return emits.map((emit) => {
    assert.ok('content' in emit.value)
    return content.decode(emit.value.contentKind, emit.value.content)
  })
}

async function reasonFor(value: EnrichedMessage, can: Partial<Capabilities> = {}) {
  const emits = await run(value, can)
  const [emit] = emits
  assert.equal(emits.length, 1)
  assert.ok(emit && 'rejectedAt' in emit.value)
  assert.equal(emit.to, 'rejected')
  assert.equal(emit.value.scope, 'message')
  return emit.value.reason
}

stageSuite(route, {
  settings,
  outputs,
  inputs: () => [
    inputOf('in', enriched(messageOf())),
    inputOf('in', enriched(messageOf({ tenant: 'other' }))),
  ],
})

describe('route', () => {
  test('makes one delivery on the port named like the channel, keyed by person', async () => {
    const message = messageOf()
    const emits = await run(enriched(message))
    const value = deliveryOf({ deliveryId: deliveryIdOf('default', 'm1', biaId, 0, 'whatsapp') })
    assert.deepEqual(emits, [{ to: 'whatsapp', key: `default/${withBia}/${biaId}`, value }])
    const [emit] = emits
    // Not only equal: the bytes were not encoded anew.
    assert.ok(emit && 'content' in emit.value && emit.value.content === message.content)
  })

  test('says who wrote it where a person did, and not which key', async () => {
    const senderOf = async (fields: Partial<Message>) => {
      const [emit] = await run(enriched(messageOf(fields)))
      assert.ok(emit && 'deliveryId' in emit.value)
      return emit.value.senderId
    }
    assert.equal(await senderOf({ direction: 'inbound', senderId: 'p_davi' }), 'p_davi')
    assert.equal(await senderOf({ senderId: 'key1' }), null)
  })

  test('names the delivery by which the person got what a message answers, in its first part only', async () => {
    const long = messageOf({ replyTo: 'm0' }, { type: 'text', text: 'one two three' })
    const emits = await run(enriched(long), { text: { max: 8, unit: 'characters' } })
    assert.deepEqual(
      emits.map((emit) => 'answers' in emit.value && [emit.value.answers, emit.value.replyTo]),
      [
        [deliveryIdOf('default', 'm0', biaId, 0, 'whatsapp'), null],
        [null, null],
      ],
    )
  })

  test('makes one for each recipient, each on their channel', async () => {
    const caio = { participantId: 'p_caio', channel: 'telegram', account: 'demo', address: '33' }
    const emits = await run(enriched(messageOf(), toBia, caio))
    assert.deepEqual(
      emits.map(({ to, key }) => [to, key]),
      [
        ['whatsapp', `default/${withBia}/${biaId}`],
        ['telegram', `default/${withBia}/p_caio`],
      ],
    )
  })

  test('cuts a long text into parts of one lane, numbered, with ids of their own', async () => {
    const says: Content = { type: 'text', text: 'one two three four' }
    const emits = await run(enriched(messageOf({}, says)), {
      text: { max: 10, unit: 'characters' },
    })
    const parts = emits.map(({ value }) => {
      assert.ok('part' in value)
      return value
    })
    assert.deepEqual(
      parts.map(({ part, parts: of }) => [part, of]),
      [
        [0, 2],
        [1, 2],
      ],
    )
    assert.equal(new Set(parts.map(({ deliveryId }) => deliveryId)).size, 2)
    assert.equal(new Set(emits.map(({ key }) => key)).size, 1)
    assert.deepEqual(
      parts.map((part) => content.decode(part.contentKind, part.content)),
      [
        { type: 'text', text: 'one two' },
        { type: 'text', text: 'three four' },
      ],
    )
  })

  test('counts in the unit of the channel', async () => {
    const says: Content = { type: 'text', text: 'ééééé éééé' }
    assert.equal((await shown(says, { text: { max: 10, unit: 'characters' } })).length, 1)
    assert.equal((await shown(says, { text: { max: 10, unit: 'bytes' } })).length, 2)
  })

  test('sends a caption that is too long as text behind the media', async () => {
    const says: Content = { type: 'image', url: 'https://example.org/a.jpg', caption: 'one two' }
    const bare = { type: 'image', url: 'https://example.org/a.jpg' }
    assert.deepEqual(await shown(says), [says])
    assert.deepEqual(await shown(says, { caption: { max: 5, unit: 'characters' } }), [
      bare,
      { type: 'text', text: 'one two' },
    ])
    assert.deepEqual(await shown(says, { caption: null }), [
      bare,
      { type: 'text', text: 'one two' },
    ])
    assert.deepEqual(await shown({ type: 'image', blobId: 'b1' }, { caption: null }), [
      { type: 'image', blobId: 'b1' },
    ])
  })

  test('shows a location as text with a map link where the channel has no pins', async () => {
    const says: Content = { type: 'location', latitude: -23.55, longitude: -46.63, name: 'Sé' }
    assert.deepEqual(await shown(says), [says])
    assert.deepEqual(await shown(says, { kinds: ['text'] }), [
      { type: 'text', text: 'Sé\nhttps://maps.google.com/?q=-23.55,-46.63' },
    ])
    assert.equal(
      await reasonFor(enriched(messageOf({}, says)), { kinds: ['image'] }),
      'kind-not-served',
    )
  })

  const refusals: readonly (readonly [string, EnrichedMessage, Partial<Capabilities>, string])[] = [
    [
      'a channel without a port',
      enriched(messageOf(), { ...toBia, channel: 'messenger' }),
      {},
      'channel-not-served',
    ],
    [
      'a channel named like the port for rejections',
      enriched(messageOf(), { ...toBia, channel: 'rejected' }),
      {},
      'channel-not-served',
    ],
    [
      'an account that is not there',
      enriched(messageOf(), { ...toBia, account: 'gone' }),
      {},
      'unknown-account',
    ],
    ["another tenant's account", enriched(messageOf({ tenant: 'other' })), {}, 'unknown-account'],
    [
      'a kind the channel lacks',
      enriched(messageOf({}, { type: 'document', blobId: 'b1' })),
      { kinds: ['text'] },
      'kind-not-served',
    ],
    [
      'a kind nobody knows',
      enriched(messageOf({ contentKind: 'hologram' })),
      {},
      'kind-not-served',
    ],
    [
      'the whole message when one of its people cannot be reached',
      enriched(messageOf(), toBia, { ...toBia, channel: 'messenger' }),
      {},
      'channel-not-served',
    ],
  ]
  for (const [name, value, can, reason] of refusals) {
    test(`rejects ${name}`, async () => {
      assert.equal(await reasonFor(value, can), reason)
    })
  }

  test('tells of a message that may go to another channel, beside its deliveries', async () => {
    const fallback = [{ channel: 'telegram', account: 'demo', address: '33', afterMs: 60_000 }]
    const message = messageOf({ fallback })
    const emits = await run(enriched(message))
    assert.deepEqual(
      emits.map(({ to }) => to),
      ['whatsapp', 'fallback'],
    )
    const [delivery, watched] = emits
    assert.ok(delivery && 'part' in delivery.value && delivery.value.fallback)
    assert.ok(watched && 'looks' in watched.value)
    const { channel, parts, next, looks, participantId } = watched.value
    assert.deepEqual([channel, parts, next, looks, participantId], ['whatsapp', 1, 0, 0, biaId])
  })

  test('rejects a message whose other channel could not show it', async () => {
    const fallback = [{ channel: 'messenger', account: 'demo', address: '33', afterMs: null }]
    assert.equal(await reasonFor(enriched(messageOf({ fallback }))), 'channel-not-served')
  })

  test('rejects for a channel that has a port but no connector', async () => {
    const tools = toolsOf({ channels: channelsOf({ capabilities: () => undefined }) })
    const body = route.create({ id: 'route', settings, outputs, tools })
    const [[emit] = []] = await runStage(body, [inputOf('in', enriched(messageOf()))])
    assert.ok(emit && 'reason' in emit.value)
    assert.equal(emit.value.reason, 'channel-not-served')
  })

  test('quotes the message answered where its platform id is known here', async () => {
    const quotes: readonly (readonly [string | null, string | null])[] = [
      ['in:whatsapp:demo:wamid.7', 'wamid.7'],
      ['in:whatsapp:other:wamid.7', null],
      ['m0', null],
      [null, null],
    ]
    for (const [replyTo, expected] of quotes) {
      const [emit] = await run(enriched(messageOf({ replyTo })))
      assert.ok(emit && 'replyTo' in emit.value)
      assert.equal(emit.value.replyTo, expected)
    }
  })

  test('quotes in the first part only', async () => {
    const message = messageOf(
      { replyTo: 'in:whatsapp:demo:wamid.7' },
      { type: 'text', text: 'one two three four' },
    )
    const emits = await run(enriched(message), { text: { max: 10, unit: 'characters' } })
    assert.deepEqual(
      emits.map(({ value }) => 'replyTo' in value && value.replyTo),
      ['wamid.7', null],
    )
  })

  test('passes sealed content on unread', async () => {
    const seal = { keyId: 'k1', algorithm: 'AES-256-GCM', nonce: new Uint8Array(12) }
    const message = messageOf({ seal, content: new Uint8Array(9000) })
    const [emit] = await run(enriched(message))
    assert.ok(emit && 'seal' in emit.value)
    assert.equal(emit.value.seal, seal)
    assert.equal(emit.value.content, message.content)
    assert.equal(await reasonFor(enriched(message), { kinds: ['image'] }), 'kind-not-served')
  })
})

describe('route, for what a person wrote in a group,', () => {
  const toTwo = (senderName: string | null): EnrichedMessage => ({
    ...enriched(messageOf({ direction: 'inbound' })),
    senderName,
  })
  const textOf = async (senderNames: string, senderName: string | null) => {
    const tools = toolsOf()
    const body = route.create({ id: 'route', settings: { senderNames }, outputs, tools })
    const [[emit] = []] = await runStage(body, [inputOf('in', toTwo(senderName))])
    assert.ok(emit && 'content' in emit.value)
    return content.decode(emit.value.contentKind, emit.value.content)
  }

  test('says who wrote it, unless it is told not to or does not know', async () => {
    assert.deepEqual(await textOf('prefix', 'Ana'), { type: 'text', text: 'Ana: hello' })
    assert.deepEqual(await textOf('off', 'Ana'), { type: 'text', text: 'hello' })
    assert.deepEqual(await textOf('prefix', null), { type: 'text', text: 'hello' })
  })
})
