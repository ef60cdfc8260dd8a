import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openGateway } from './open-gateway.ts'

describe('health', () => {
  test('answers without a key, and ready says why it is not', async (t) => {
    const { api } = await openGateway(t, {
      tools: () => ({ ready: () => ({ ok: false, checks: { log: 'unreachable' } }) }),
    })
    assert.deepEqual((await api.call('/health', { key: null })).json, { status: 'ok' })
    const ready = await api.call('/ready', { key: null })
    assert.equal(ready.status, 503)
    assert.deepEqual(ready.json, { status: 'not-ready', checks: { log: 'unreachable' } })
  })

  test('every path but health and webhooks wants a key', async (t) => {
    const { api } = await openGateway(t)
    const open = new Set(['/live', '/health', '/ready', '/webhooks/{channel}/{endpoint}'])
    // Its last part is signed by us: what is not, leads nowhere.
    open.add('/v1/blob-links/{token}')
    for (const [path, operations] of Object.entries(api.document.paths)) {
      if (open.has(path)) continue
      for (const method of Object.keys(operations)) {
        const answer = await api.call(path, {
          method: method.toUpperCase() as 'GET',
          key: null,
          ...(method === 'post' ? { body: {} } : {}),
        })
        assert.equal(answer.status, 401, `${method} ${path}`)
      }
    }
  })

  test('counts requests by route, never by what callers wrote', async (t) => {
    const { api } = await openGateway(t)
    await api.call('/v1/messages/one')
    await api.call('/v1/messages/two')
    const { text } = await api.call('/metrics')
    const line =
      'c4a_http_requests_total{method="GET",route="/v1/messages/:messageId",status="404"} 2'
    assert.ok(text.includes(line), text)
    assert.doesNotMatch(text, /messages\/one/)
  })

  test('a path that is not served is a problem, too', async (t) => {
    const { api } = await openGateway(t)
    const answer = await api.call('/v2/nothing')
    assert.equal(answer.status, 404)
    assert.equal(answer.json.code, 'C4A_NOT_FOUND')
  })
})
