import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Button, Content, ListSection } from '../../domain/content.ts'
import type { Message } from '../../schemas/types.ts'
import { validate } from '../../stages/validate.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { content, messageOf, toolsOf } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

const settings = { maxText: 100 }

async function outcome(message: Message, tools = toolsOf()) {
  const setup = { id: 'validate', settings, outputs: ['accepted', 'rejected'], tools }
  const [[emit] = []] = await runStage(validate.create(setup), [inputOf('in', message)])
  assert.ok(emit)
  return emit
}

async function reasonFor(message: Message): Promise<string> {
  const { to, value } = await outcome(message)
  if (to === 'accepted') return 'accepted'
  assert.equal(value.scope, 'message')
  assert.equal(value.stage, 'validate')
  assert.match(value.detail, /^.{10,}\.$/)
  return value.reason
}

stageSuite(validate, {
  settings,
  inputs: () => [inputOf('in', messageOf()), inputOf('in', messageOf({ messageId: '' }))],
})

describe('validate', () => {
  test('passes on the very value that came, so that its bytes are reused', async () => {
    const message = messageOf()
    const { to, value, key } = await outcome(message)
    assert.equal(to, 'accepted')
    assert.equal(value, message)
    assert.equal(key, 'default/c1')
  })

  const contents: readonly (readonly [string, Content, string])[] = [
    ['a text', { type: 'text', text: 'olá 👋' }, 'accepted'],
    ['a text as long as may be', { type: 'text', text: 'x'.repeat(100) }, 'accepted'],
    ['a longer text', { type: 'text', text: 'x'.repeat(101) }, 'invalid-content'],
    ['an empty text', { type: 'text', text: '' }, 'invalid-content'],
    ['a text of white space', { type: 'text', text: ' \n\t\u00a0' }, 'invalid-content'],
    ['an image by https', { type: 'image', url: 'https://example.org/a.jpg' }, 'accepted'],
    ['an image by loopback http', { type: 'image', url: 'http://127.0.0.1:8090/a' }, 'accepted'],
    ['an image by localhost', { type: 'image', url: 'http://localhost/a' }, 'accepted'],
    ['an image by plain http', { type: 'image', url: 'http://example.org/a' }, 'invalid-content'],
    [
      'a host that only begins like loopback',
      { type: 'image', url: 'http://127.0.0.1.example.org/a' },
      'invalid-content',
    ],
    ['a file address', { type: 'image', url: 'file:///etc/passwd' }, 'invalid-content'],
    ['no address at all', { type: 'image', url: 'a.jpg' }, 'invalid-content'],
    [
      'an address with a password in it',
      { type: 'image', url: 'https://a:b@example.org/' },
      'invalid-content',
    ],
    [
      'an address too long',
      { type: 'image', url: `https://example.org/${'a'.repeat(2048)}` },
      'invalid-content',
    ],
    ['a document by blob', { type: 'document', blobId: 'b1', filename: 'a b.pdf' }, 'accepted'],
    ['a blob id with a space', { type: 'document', blobId: 'b 1' }, 'invalid-content'],
    ['media from nowhere', { type: 'image' }, 'invalid-content'],
    [
      'media from two places',
      { type: 'image', url: 'https://example.org/a', blobId: 'b1' },
      'invalid-content',
    ],
    ["media by a platform's id", { type: 'image', mediaId: '7' }, 'invalid-content'],
    [
      'a filename with a path',
      { type: 'document', blobId: 'b1', filename: '../a.pdf' },
      'invalid-content',
    ],
    [
      'a caption too long',
      { type: 'image', blobId: 'b1', caption: 'x'.repeat(101) },
      'invalid-content',
    ],
    ['an empty caption', { type: 'image', blobId: 'b1', caption: ' ' }, 'invalid-content'],
    ['a location', { type: 'location', latitude: -90, longitude: 180 }, 'accepted'],
    [
      'a latitude off the globe',
      { type: 'location', latitude: 91, longitude: 0 },
      'invalid-content',
    ],
    ['a longitude off it', { type: 'location', latitude: 0, longitude: -181 }, 'invalid-content'],
    [
      'a latitude that is none',
      { type: 'location', latitude: Number.NaN, longitude: 0 },
      'invalid-content',
    ],
    [
      'a place with a novel for a name',
      { type: 'location', latitude: 0, longitude: 0, name: 'x'.repeat(1025) },
      'invalid-content',
    ],
    ['an audio', { type: 'audio', blobId: 'b1', voice: true }, 'accepted'],
    ['a sticker', { type: 'sticker', url: 'https://example.org/a.webp' }, 'accepted'],
    ['formatting', { type: 'text', text: 'hi', entities: [bold(0, 2)] }, 'accepted'],
    [
      'formatting outside of the text',
      { type: 'text', text: 'hi', entities: [bold(1, 2)] },
      'invalid-content',
    ],
    [
      'a link without an address',
      { type: 'text', text: 'hi', entities: [{ ...bold(0, 2), type: 'link' }] },
      'invalid-content',
    ],
    ['contacts', { type: 'contacts', contacts: [{ name: 'Bia' }] }, 'accepted'],
    ['no contacts', { type: 'contacts', contacts: [] }, 'invalid-content'],
    [
      'buttons',
      buttons({ id: 'a', title: 'A' }, { url: 'https://example.org', title: 'B' }),
      'accepted',
    ],
    ['no buttons', buttons(), 'invalid-content'],
    [
      'a button that hands back and opens',
      buttons({ id: 'a', title: 'A', url: 'https://example.org' }),
      'invalid-content',
    ],
    [
      'two buttons of one id',
      buttons({ id: 'a', title: 'A' }, { id: 'a', title: 'B' }),
      'invalid-content',
    ],
    [
      'two buttons of one title',
      buttons({ id: 'a', title: 'A' }, { id: 'b', title: 'A' }),
      'invalid-content',
    ],
    ['a list', list({ rows: [{ id: 'a', title: 'A' }] }), 'accepted'],
    ['a list with an empty section', list({ rows: [] }), 'invalid-content'],
    [
      'sections without titles',
      list({ rows: [{ id: 'a', title: 'A' }] }, { rows: [{ id: 'b', title: 'B' }] }),
      'invalid-content',
    ],
    ['a template', { type: 'template', name: 'ready', language: 'pt_BR' }, 'accepted'],
    ['a typing mark', { type: 'typing' }, 'accepted'],
    ['a reaction to nothing', { type: 'reaction', emoji: '👍' }, 'invalid-content'],
    ['a change of nothing', { type: 'edit', text: 'hi' }, 'invalid-content'],
    ['a deletion of nothing', { type: 'delete' }, 'invalid-content'],
    ['a tap by a client', { type: 'choice', id: 'a', title: 'A' }, 'invalid-content'],
    ['an unsupported kind', { type: 'unsupported', kind: 'poll', raw: '{}' }, 'invalid-content'],
  ]
  for (const [name, content, expected] of contents) {
    test(`${expected === 'accepted' ? 'accepts' : 'rejects'} ${name}`, async () => {
      assert.equal(await reasonFor(messageOf({}, content)), expected)
    })
  }

  for (const content of [
    { type: 'reaction', emoji: '👍' },
    { type: 'edit', text: 'hi' },
    { type: 'delete' },
  ] as const) {
    test(`accepts a ${content.type} of a message`, async () => {
      assert.equal(await reasonFor(messageOf({ replyTo: 'm-0' }, content)), 'accepted')
    })
  }

  const messages: readonly (readonly [string, Partial<Message>, string])[] = [
    ['an id of 128 characters', { messageId: 'x'.repeat(128) }, 'accepted'],
    ['an id of 129', { messageId: 'x'.repeat(129) }, 'invalid-message'],
    ['no id', { messageId: '' }, 'invalid-message'],
    ['an id with a line break', { messageId: 'a\nb' }, 'invalid-message'],
    ["a client's id that looks inbound", { messageId: 'in:whatsapp:demo:1' }, 'invalid-message'],
    ['50 metadata entries', { metadata: entries(50, 'x') }, 'accepted'],
    ['51 metadata entries', { metadata: entries(51, 'x') }, 'invalid-message'],
    ['4 KiB of metadata', { metadata: { k: 'x'.repeat(4095) } }, 'accepted'],
    ['more bytes than that', { metadata: { k: 'é'.repeat(2048) } }, 'invalid-message'],
    ['an expiry to come', { expiresAt: nowMs + 1 }, 'accepted'],
    ['an expiry just reached', { expiresAt: nowMs }, 'expired'],
    ['bytes of another kind', { contentKind: 'image' }, 'undecodable'],
    ['a kind nobody knows', { contentKind: 'hologram' }, 'undecodable'],
  ]
  for (const [name, fields, expected] of messages) {
    test(`${expected === 'accepted' ? 'accepts' : 'rejects'} ${name}`, async () => {
      assert.equal(await reasonFor(messageOf(fields)), expected)
    })
  }

  test('takes what a person wrote as the platform gave it', async () => {
    const inbound = messageOf(
      { direction: 'inbound', messageId: `in:whatsapp:demo:${'x'.repeat(128)}` },
      { type: 'sticker', mediaId: '7' },
    )
    assert.equal(await reasonFor(inbound), 'accepted')
  })

  describe('decides of a text that is not read as of one that is', () => {
    const bytesOf = (text: string) => Buffer.from(content.encode({ type: 'text', text }))
    const changed = (at: number, byte: number) => {
      const bytes = bytesOf('hello')
      bytes[at] = byte
      return bytes
    }
    const texts: readonly (readonly [string, Uint8Array])[] = [
      ['a plain one', bytesOf('hello')],
      ['one of 100 bytes', bytesOf('x'.repeat(100))],
      ['one of 101', bytesOf('x'.repeat(101))],
      ['one whose length fills a byte', bytesOf('x'.repeat(63))],
      ['one whose length takes two', bytesOf('x'.repeat(64))],
      ['an empty one', bytesOf('')],
      ['white space', bytesOf('  ')],
      ['one that begins with a space', bytesOf(' x')],
      ['one that begins with white space beyond ASCII', bytesOf('\u00a0')],
      ['one beyond ASCII', bytesOf('é')],
      ['another magic byte', changed(0, 1)],
      ['a schema nobody knows', changed(2, 99)],
      ['a length beyond its end', changed(5, 12)],
      ['a length before its end', changed(5, 8)],
      ['a negative length', changed(5, 11)],
      ['bytes that are no UTF-8', changed(7, 0xff)],
      ['a frame and nothing more', bytesOf('x').subarray(0, 5)],
      ['nothing', new Uint8Array()],
    ]
    for (const [name, bytes] of texts) {
      test(name, async () => {
        const tools = toolsOf()
        const read: Uint8Array[] = []
        const codec = {
          ...tools.content,
          decode(kind: string, each: Uint8Array) {
            read.push(each)
            return tools.content.decode(kind, each)
          },
        }
        const setup = { id: 'validate', settings, outputs: ['accepted', 'rejected'] }
        const stage = validate.create({ ...setup, tools: toolsOf({ content: codec }) })
        const message = inputOf('in', messageOf({ content: bytes }))
        const verdict = () => runStage(stage, [message]).catch(String)
        await verdict() // a schema nobody knows is asked for first
        const fresh = await verdict()
        read.length = 0
        await runStage(stage, [inputOf('in', messageOf())])
        assert.deepEqual(await verdict(), fresh)
        // The point of it all.
        if (name === 'a plain one') assert.equal(read.length, 0)
      })
    }
  })

  test('does not look into sealed content', async () => {
    const seal = { keyId: 'k1', algorithm: 'AES-256-GCM', nonce: new Uint8Array(12) }
    assert.equal(await reasonFor(messageOf({ seal, content: new Uint8Array(9) })), 'accepted')
  })

  test('rejects half a surrogate pair, which has no UTF-8', async () => {
    const text = 'a\ud800'
    const codec = { ...toolsOf().content, decode: () => ({ type: 'text', text }) as const }
    const { to } = await outcome(messageOf(), toolsOf({ content: codec }))
    assert.equal(to, 'rejected')
  })

  test('passes on an error that is not about the content', async () => {
    const away = new Chat4AllError('C4A_SCHEMA_UNKNOWN', { what: 'a', why: 'b', todo: 'c' })
    const decode = () => {
      throw away
    }
    const codec = { ...toolsOf().content, decode }
    await assert.rejects(outcome(messageOf(), toolsOf({ content: codec })), away)
  })

  test('refuses to start without its setting', () => {
    const setup = { id: 'validate', settings: {}, outputs: [], tools: toolsOf() }
    assert.throws(() => validate.create(setup), /Setting 'maxText' of stage 'validate'/)
  })
})

function entries(count: number, value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]))
}

function bold(offset: number, length: number) {
  return { type: 'bold', offset, length } as const
}

function buttons(...all: readonly Button[]): Content {
  return { type: 'buttons', text: 'Which?', buttons: all }
}

function list(...sections: readonly ListSection[]): Content {
  return { type: 'list', text: 'Which?', button: 'Open', sections }
}
