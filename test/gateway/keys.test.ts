import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { permissions, roles } from '../../gateway/auth/roles.ts'
import type { ApiKey } from '../../schemas/types.ts'
import { until } from '../until.ts'
import { type OpenGateway, openGateway } from './open-gateway.ts'

async function create({ api }: OpenGateway, role: string, tenant?: string) {
  const answer = await api.call('/v1/keys', { body: { name: `a ${role}`, role, tenant } })
  assert.equal(answer.status, 201, answer.text)
  return answer.json as { keyId: string; key: string; tenant: string }
}

const hello = {
  to: { channel: 'telegram', address: '4711' },
  content: { type: 'text', text: 'hello' },
}

describe('API keys', () => {
  test('are made once, shown once, and kept as argon2id only', async (t) => {
    const open = await openGateway(t)
    const { keyId, key } = await create(open, 'sender')
    assert.match(key, new RegExp(`^c4a_${keyId}_[0-9a-f]{60}$`))
    const [stored] = (await open.decoded('directory.keys', 'ApiKey')) as ApiKey[]
    assert.match(stored?.hash ?? '', /^\$argon2id\$/)
    const listed = await open.api.call('/v1/keys')
    assert.equal(listed.json.keys[0].keyId, keyId)
    const secret = key.split('_')[2] ?? assert.fail()
    assert.ok(!listed.text.includes(secret) && !JSON.stringify(stored).includes(secret))

    const sent = await open.api.call('/v1/messages', { body: hello, key })
    assert.equal(sent.status, 202)
  })

  test('stop working when they are revoked, here and on another gateway of the same log', async (t) => {
    const open = await openGateway(t)
    const other = await openGateway(t, {
      tools: () => ({ broker: open.tools.broker, codec: open.tools.codec }),
    })
    const { keyId, key } = await create(open, 'reader')
    const isAnswered = (status: number) => async () =>
      (await other.api.call('/v1/conversations', { key })).status === status
    await until('the other gateway knows the key', isAnswered(200))
    assert.equal((await open.api.call('/v1/conversations', { key })).status, 200)

    assert.equal((await open.api.call(`/v1/keys/${keyId}`, { method: 'DELETE' })).status, 200)
    assert.equal((await open.api.call('/v1/conversations', { key })).status, 401)
    const revokedMs = performance.now()
    await until('the other gateway has heard of it', isAnswered(401))
    assert.ok(performance.now() - revokedMs < 5_000, 'within five seconds')
  })

  test('are still known after a restart, because the log holds them', async (t) => {
    const open = await openGateway(t)
    const { key } = await create(open, 'reader')
    const again = await openGateway(t, {
      tools: () => ({ broker: open.tools.broker, codec: open.tools.codec }),
    })
    assert.equal((await again.api.call('/v1/conversations', { key })).status, 200)
  })

  test('say nothing about which key ids exist', async (t) => {
    const open = await openGateway(t)
    const { key } = await create(open, 'sender')
    const details = new Set<string>()
    const [, keyId] = key.split('_')
    for (const bad of [
      `c4a_${keyId}_${'0'.repeat(60)}`,
      `c4a_ffffffffffffffff_${'0'.repeat(60)}`,
    ]) {
      const answer = await open.api.call('/v1/conversations', { key: bad })
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="chat4all"')
      details.add(answer.json.detail)
    }
    assert.equal(details.size, 1)
  })

  test('belong to a tenant, and an admin of one reaches no other', async (t) => {
    const open = await openGateway(t)
    const { key } = await create(open, 'admin', 'other')
    const theirs = await open.api.call('/v1/keys', {
      key,
      body: { name: 'x', role: 'reader', tenant: 'default' },
    })
    assert.equal(theirs.status, 403)
    const ours = await create(open, 'reader')
    const listed = await open.api.call('/v1/keys', { key })
    assert.equal(listed.json.keys.length, 1)
    const path = `/v1/keys/${ours.keyId}`
    assert.equal((await open.api.call(path, { key, method: 'DELETE' })).status, 404)
  })

  test('let only those say that a person answers under whose key people do', async (t) => {
    const open = await openGateway(t)
    const message = {
      ...{ to: { channel: 'telegram', address: '4711' }, content: { type: 'text', text: 'Oi' } },
      humanAgent: true,
    }
    for (const role of ['admin', 'sender', 'agent'] as const) {
      const { key } = await create(open, role)
      const mayNot = role !== 'agent'
      const one = await open.api.call('/v1/messages', { key, body: message })
      assert.equal(one.status, mayNot ? 403 : 202, role)
      const many = await open.api.call('/v1/messages:batch', {
        ...{ key, body: { messages: [message] } },
      })
      const [item] = many.json.items
      assert.equal(item.status, mayNot ? 'refused' : 'accepted', role)
      if (mayNot) assert.equal(item.error.code, 'C4A_FORBIDDEN')
    }
  })

  test('open what their role allows, and nothing else', async (t) => {
    const open = await openGateway(t)
    const calls: readonly [keyof typeof permissions, string, object?][] = [
      ['messages:send', '/v1/messages', { body: {} }],
      ['messages:send', '/v1/messages:batch', { body: {} }],
      ['messages:read', '/v1/messages/x'],
      ['conversations:write', '/v1/conversations', { body: {} }],
      ['conversations:read', '/v1/conversations'],
      ['messages:read', '/v1/conversations/x/messages'],
      ['blobs:write', '/v1/blobs', { body: new Uint8Array(1) }],
      ['blobs:read', '/v1/blobs/x'],
      ['metrics:read', '/metrics'],
      ['dead-letters:read', '/v1/dead-letters'],
      ['keys:manage', '/v1/keys'],
      ['keys:manage', '/v1/keys', { body: {} }],
      ['keys:manage', '/v1/keys/x', { method: 'DELETE' }],
      ['webhooks:read', '/v1/webhooks'],
      ['webhooks:read', '/v1/webhooks/x'],
      ['webhooks:read', '/v1/webhooks/x/attempts'],
      ['webhooks:manage', '/v1/webhooks', { body: {} }],
      ['webhooks:manage', '/v1/webhooks/x', { method: 'PATCH', body: {} }],
      ['webhooks:manage', '/v1/webhooks/x', { method: 'DELETE' }],
      ['webhooks:manage', '/v1/webhooks/x/secret', { body: {} }],
      ['webhooks:manage', '/v1/webhooks/x/test', { method: 'POST' }],
      ['webhooks:manage', '/v1/webhooks/x/redeliver', { body: {} }],
      ['webhooks:manage', '/v1/webhooks/x/events/e/redeliver', { method: 'POST' }],
    ]
    for (const role of roles) {
      const { key } = await create(open, role)
      for (const [permission, path, call] of calls) {
        const { status } = await open.api.call(path, { ...call, key })
        const allowed = (permissions[permission] as readonly string[]).includes(role)
        assert.equal(status !== 403, allowed, `${role} ${path}: ${status}`)
      }
    }
  })
})
