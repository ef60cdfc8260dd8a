import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { conversationKey } from '../../domain/keys.ts'
import type { Message } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { openGateway } from './open-gateway.ts'

const ana = { channel: 'telegram', address: '4711' }
const hello = { to: ana, content: { type: 'text', text: 'hello' } }
const refusal = new Chat4AllError('C4A_BROKER_UNREACHABLE', {
  what: 'The log takes nothing',
  why: 'a test says so',
  todo: 'Try again',
})

describe('POST /v1/messages', () => {
  test('answers 202 when the log holds the message, with all that the log needs', async (t) => {
    const { api, decoded, records, tools } = await openGateway(t)
    const answer = await api.call('/v1/messages', {
      body: { ...hello, messageId: 'm1', metadata: { order: '7' } },
    })
    assert.equal(answer.status, 202)
    assert.equal(answer.json.messageId, 'm1')
    assert.equal(answer.json.status, 'accepted')

    const [message] = (await decoded('messages.submitted', 'Message')) as Message[]
    assert.ok(message)
    const conversationId = tools.ids.conversation('default', 'telegram', 'bot', '4711')
    assert.equal(answer.json.conversationId, conversationId)
    assert.equal(message.conversationId, conversationId)
    assert.equal(message.submissionId, answer.json.submissionId)
    assert.equal(message.direction, 'outbound')
    assert.equal(message.senderId, 'bootstrap')
    assert.equal(message.account, 'bot')
    assert.deepEqual({ ...message.metadata }, { order: '7' })
    assert.deepEqual(tools.content.decode('text', message.content), hello.content)

    const [record] = await records('messages.submitted')
    assert.equal(record?.key, conversationKey('default', conversationId))
    assert.equal(record?.headers['c4a-message-id'], 'm1')
    assert.equal(record?.headers['c4a-digest'], message.digest)
    assert.match(record?.headers['traceparent'] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    assert.equal(record?.headers['c4a-rev'], tools.revision)
  })

  test('never answers 202 when the log refuses: 503, Retry-After and the minted ids', async (t) => {
    const { api } = await openGateway(t, {
      tools: ({ broker }) => ({
        broker: { ...broker, append: () => Promise.reject(refusal) },
      }),
    })
    const answer = await api.call('/v1/messages', { body: hello })
    assert.equal(answer.status, 503)
    assert.equal(answer.headers['retry-after'], '1')
    assert.equal(answer.json.code, 'C4A_UNAVAILABLE')
    assert.match(answer.json.messageId, /^[0-9a-f-]{36}$/)
    assert.match(answer.json.submissionId, /^[0-9a-f-]{36}$/)
    assert.match(answer.json.conversationId, /^c_/)
  })

  test('takes the Idempotency-Key as messageId, quoted or not', async (t) => {
    const { api } = await openGateway(t)
    for (const key of ['k-1', '"k-1"']) {
      const headers = { 'idempotency-key': key }
      const answer = await api.call('/v1/messages', { body: hello, headers })
      assert.equal(answer.json.messageId, 'k-1')
    }
    const both = await api.call('/v1/messages', {
      body: { ...hello, messageId: 'other' },
      headers: { 'idempotency-key': 'k-1' },
    })
    assert.equal(both.status, 400)
  })

  test('gives equal requests equal digests, and others other ones', async (t) => {
    const { api, decoded } = await openGateway(t)
    const bodies = [
      {
        messageId: 'm',
        to: ana,
        content: { type: 'text', text: 'a' },
        metadata: { x: '1', y: '2' },
      },
      {
        metadata: { y: '2', x: '1' },
        content: { text: 'a', type: 'text' },
        to: ana,
        messageId: 'm',
      },
      {
        messageId: 'm',
        to: ana,
        content: { type: 'text', text: 'b' },
        metadata: { x: '1', y: '2' },
      },
      { messageId: 'm', to: ana, content: { type: 'text', text: 'a' }, metadata: { x: '1' } },
    ]
    for (const body of bodies) await api.call('/v1/messages', { body })
    const digests = ((await decoded('messages.submitted', 'Message')) as Message[]).map(
      ({ digest }) => digest,
    )
    assert.equal(digests[0], digests[1])
    assert.equal(new Set(digests).size, 3)
  })

  test('takes no name of JavaScript for anything but a name', async (t) => {
    const { api, decoded } = await openGateway(t)
    const body = (metadata: string) =>
      `{"to":${JSON.stringify(ana)},"content":{"type":"text","text":"x"},"metadata":{${metadata}}}`
    const headers = { 'content-type': 'application/json' }
    const names = '"__proto__":"1","\\u005f_proto__x":"2","constructor":"3","toString":"4"'
    const sent = await api.call('/v1/messages', { body: body(names), headers })
    assert.equal(sent.status, 202)
    const [message] = (await decoded('messages.submitted', 'Message')) as Message[]
    assert.deepEqual(Object.entries(message?.metadata ?? {}), [
      ...[['__proto__', '1'] as const, ['__proto__x', '2'] as const],
      ...[['constructor', '3'] as const, ['toString', '4'] as const],
    ])

    for (const fields of ['"__proto__":{"x":"1"}', '"constructor":{"prototype":{"x":"1"}}']) {
      const inside = await api.call('/v1/messages', { body: body(fields), headers })
      assert.equal(inside.status, 400)
      const beside = await api.call('/v1/messages', {
        body: `{${fields},${body('').slice(1)}`,
        headers,
      })
      assert.equal(beside.status, 400)
      assert.match(beside.json.detail, /that is not known here/)
    }
    assert.equal(({} as { readonly x?: string }).x, undefined)
  })

  test('passes the traceparent of the caller on', async (t) => {
    const { api, records } = await openGateway(t)
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const answer = await api.call('/v1/messages', { body: hello, headers: { traceparent } })
    assert.equal(answer.headers['x-request-id'], '4bf92f3577b34da6a3ce929d0e0e4736')
    const [record] = await records('messages.submitted')
    assert.equal(record?.headers['traceparent'], traceparent)
  })

  test('names a request by its trace where the caller gives no name', async (t) => {
    const { api, records } = await openGateway(t)
    const answer = await api.call('/v1/messages', { body: hello })
    const [record] = await records('messages.submitted')
    const traceId = record?.headers['traceparent']?.split('-')[1]
    assert.equal(answer.headers['x-request-id'], traceId)
  })

  const mistakes: readonly [string, unknown, number, RegExp][] = [
    ['no content', { to: ana }, 400, /has no 'content'/],
    ['a wrong type', { to: ana, content: { type: 'text', text: 5 } }, 400, /must be a string/],
    ['an unknown field', { ...hello, mesageId: 'x' }, 400, /Did you mean 'messageId'/],
    ['an unknown kind', { to: ana, content: { type: 'poem' } }, 400, /Use one of: text, image/],
    ['no target', { content: hello.content }, 400, /exactly one of 'conversationId' and 'to'/],
    ['two targets', { ...hello, conversationId: 'c' }, 400, /exactly one of/],
    ['an empty text', { to: ana, content: { type: 'text', text: '' } }, 400, /is empty/],
    ['no link', { to: ana, content: { type: 'image' } }, 400, /exactly one of 'url' and 'blobId'/],
    ['an id of the hub', { ...hello, messageId: 'in:x' }, 400, /not beginning with 'in:'/],
    ['a bad instant', { ...hello, expiresAt: 'tomorrow' }, 400, /2026-11-23T10:00:00Z/],
    ['a past instant', { ...hello, expiresAt: '2020-01-01T00:00:00Z' }, 422, /already expired/],
    ['a list', [hello], 400, /must be an object, and is an array/],
    ['an unknown channel', { ...hello, to: { ...ana, channel: 'telegran' } }, 422, /'telegram'/],
    [
      'an account of another tenant',
      { ...hello, to: { channel: 'whatsapp', address: '1', account: 'theirs' } },
      422,
      /you have: main, second/,
    ],
    [
      'a choice of accounts',
      { ...hello, to: { channel: 'whatsapp', address: '1' } },
      422,
      /you have several: main, second/,
    ],
    [
      'an address that is none',
      { ...hello, to: { channel: 'whatsapp', address: 'ana', account: 'main' } },
      422,
      /is no address on whatsapp/,
    ],
  ]
  for (const [name, body, status, sentence] of mistakes) {
    test(`refuses ${name} with ${status} and a sentence that helps`, async (t) => {
      const { api, records } = await openGateway(t)
      const answer = await api.call('/v1/messages', { body })
      assert.equal(answer.status, status, answer.text)
      assert.match(answer.json.detail, sentence)
      assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
      assert.deepEqual(await records('messages.submitted'), [])
    })
  }

  test('refuses what is no JSON, no JSON by type, or too large', async (t) => {
    const { api } = await openGateway(t, { limits: { sendBytes: 2_000 } })
    const json = { 'content-type': 'application/json' }
    const broken = await api.call('/v1/messages', { body: '{"to":', headers: json })
    assert.equal(broken.status, 400)
    const text = await api.call('/v1/messages', {
      body: 'hello',
      headers: { 'content-type': 'text/plain' },
    })
    assert.equal(text.status, 415)
    const content = { type: 'text', text: 'x'.repeat(3_000) }
    const large = await api.call('/v1/messages', { body: { to: ana, content } })
    assert.equal(large.status, 413)
    assert.equal(large.json.code, 'C4A_TOO_LARGE')
  })

  test('writes one address in one way, so that one person is one conversation', async (t) => {
    const { api } = await openGateway(t)
    const to = (address: string) => ({ channel: 'whatsapp', account: 'main', address })
    const ids = new Set<string>()
    for (const address of ['+55 (11) 99999-0001', '5511999990001']) {
      const answer = await api.call('/v1/messages', { body: { ...hello, to: to(address) } })
      ids.add(answer.json.conversationId)
    }
    assert.equal(ids.size, 1)
  })
})
