import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InboundItem } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { openGateway } from './open-gateway.ts'

const path = '/webhooks/whatsapp/meta'
const signed = { 'x-secret': 's2', 'content-type': 'application/json' }
const post = { method: 'POST', key: null, headers: signed } as const

describe('webhooks in', () => {
  test('stores every item with its raw bytes, then answers 200', async (t) => {
    const { api, decoded, records } = await openGateway(t)
    const body = '111 ana\n333 bia\n999 eva\n- nobody\n'
    const answer = await api.call(path, { ...post, body })
    assert.equal(answer.status, 200)

    const items = ((await decoded('inbound.whatsapp', 'InboundItem')) as InboundItem[]).sort(
      (a, b) => a.index - b.index,
    )
    assert.deepEqual(
      items.map(({ account, tenant, index, count }) => ({ account, tenant, index, count })),
      [
        { account: 'main', tenant: 'default', index: 0, count: 4 },
        { account: 'theirs', tenant: 'other', index: 1, count: 4 },
        { account: null, tenant: 'default', index: 2, count: 4 },
        { account: null, tenant: 'default', index: 3, count: 4 },
      ],
    )
    assert.equal(Buffer.from(items[1]?.item ?? []).toString(), '333 bia')
    assert.equal(new Set(items.map(({ bodyHash }) => bodyHash)).size, 1)
    for (const { key } of await records('inbound.whatsapp')) {
      assert.doesNotMatch(key, /ana|bia|eva/, 'a key must not hold the chat itself')
    }
  })

  test('says to the platform what its connector has to say to it, once that is stored', async (t) => {
    const { api, records } = await openGateway(t)
    const tapped = await api.call(path, { ...post, body: '111 ana tap' })
    assert.match(String(tapped.headers['content-type']), /^application\/json/)
    assert.equal(tapped.text, '{"tapped":true}')
    assert.equal((await records('inbound.whatsapp')).length, 1)
    const said = await api.call(path, { ...post, body: '111 ana' })
    assert.match(String(said.headers['content-type']), /^text\/plain/)
    assert.equal(said.text, '')
    const forged = await api.call(path, { ...post, headers: { 'x-secret': 'x' }, body: '1 a tap' })
    assert.doesNotMatch(forged.text, /tapped/)
  })

  test('keeps the items of one chat in one partition, in order', async (t) => {
    const { api, records } = await openGateway(t)
    await api.call(path, { ...post, body: '111 ana 1\n111 ana 2\n111 ana 3' })
    const stored = await records('inbound.whatsapp')
    assert.equal(new Set(stored.map(({ partition }) => partition)).size, 1)
    assert.equal(stored.length, 3)
  })

  test('refuses a bad signature before anything is read, and counts it', async (t) => {
    const { api, records } = await openGateway(t)
    const headers = { ...signed, 'x-secret': 'guess' }
    const answer = await api.call(path, { ...post, headers, body: '111 ana' })
    assert.equal(answer.status, 403)
    assert.deepEqual(await records('inbound.whatsapp'), [])
    const { text } = await api.call('/metrics')
    assert.match(text, /c4a_webhooks_total\{channel="whatsapp",verdict="refused"\} 1/)
  })

  test('answers 503 while the log takes nothing, so that the platform repeats it', async (t) => {
    const down = new Chat4AllError('C4A_BROKER_UNREACHABLE', { what: 'x', why: 'y', todo: 'z' })
    const { api } = await openGateway(t, {
      tools: ({ broker }) => ({ broker: { ...broker, append: () => Promise.reject(down) } }),
    })
    const answer = await api.call(path, { ...post, body: '111 ana' })
    assert.equal(answer.status, 503)
    assert.equal(answer.headers['retry-after'], '1')
  })

  test('answers the handshake in plain text, and refuses another', async (t) => {
    const { api } = await openGateway(t)
    const good = await api.call(`${path}?token=vt&challenge=42`, { key: null })
    assert.equal(good.status, 200)
    assert.equal(good.text, '42')
    assert.match(String(good.headers['content-type']), /^text\/plain/)
    assert.equal((await api.call(`${path}?token=no&challenge=42`, { key: null })).status, 403)
  })

  test('knows no other endpoints', async (t) => {
    const { api } = await openGateway(t)
    for (const other of ['/webhooks/whatsapp/x', '/webhooks/fax/meta']) {
      assert.equal((await api.call(other, { ...post, body: '111 ana' })).status, 404)
    }
  })

  test('takes three megabytes, and whatever content type comes with them', async (t) => {
    const { api, records } = await openGateway(t)
    const body = `111 ana\n${'\n'.repeat(3_000_000)}`
    const headers = { 'x-secret': 's1', 'content-type': 'application/x-whatever' }
    assert.equal((await api.call(path, { ...post, headers, body })).status, 200)
    assert.equal((await records('inbound.whatsapp')).length, 1)
    const none = { 'x-secret': 's1' }
    assert.equal((await api.call(path, { ...post, headers: none, body: '111 ana' })).status, 200)
  })

  test("takes the endpoint's own account where the platform names none", async (t) => {
    const { api, decoded } = await openGateway(t)
    const headers = { 'x-secret': 's3' }
    await api.call('/webhooks/telegram/bot', { ...post, headers, body: '- 4711' })
    const [item] = (await decoded('inbound.telegram', 'InboundItem')) as InboundItem[]
    assert.equal(item?.account, 'bot')
  })
})
