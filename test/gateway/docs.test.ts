import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { request } from 'undici'
import { startGateway } from '../../gateway/gateway.ts'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import { adminKey, openGateway } from './open-gateway.ts'

describe('the page of the API', () => {
  test('comes with all that it loads, which may be nothing from elsewhere', async (t) => {
    const { api } = await openGateway(t)
    const page = await fetch(`${api.base}/docs/`)
    assert.equal(page.status, 200)
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self' ;/)
    assert.match(page.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/)
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => at)
    assert.ok(files.length >= 4, files.join())
    for (const file of files) {
      const answer = await fetch(new URL(file ?? '', `${api.base}/docs/`))
      assert.equal(answer.status, 200, file)
      assert.ok((await answer.arrayBuffer()).byteLength > 100, file)
    }
    const described = await (await fetch(`${api.base}/docs/json`)).json()
    assert.deepEqual(described, api.document)
  })

  test('knows no other path, and says so as the rest does', async (t) => {
    const { api } = await openGateway(t)
    const { status, json } = await api.call('/docs/nothing', { key: null })
    assert.deepEqual([status, json.code], [404, 'C4A_NOT_FOUND'])
    const there = await fetch(`${api.base}/docs/static/index.html`, { redirect: 'manual' })
    assert.deepEqual([there.status, there.headers.get('location')], [302, '/docs/'])
    const asked = await fetch(`${api.base}/docs/static/swagger-ui.css`)
    const etag = asked.headers.get('etag') ?? ''
    // By undici, since fetch says `no-cache` beside it.
    const again = await request(`${api.base}/docs/static/swagger-ui.css`, {
      headers: { 'if-none-match': etag },
    })
    await again.body.dump()
    assert.equal(again.statusCode, 304)
  })

  test('wants a key where others than this machine can ask', async (t) => {
    const { tools } = await openGateway(t)
    const gateway = await startGateway(
      { ...tools, metrics: new Registry() },
      {
        ...defaultGatewaySettings,
        host: '0.0.0.0',
        httpPort: 0,
        grpcPort: 0,
        bootstrapKey: adminKey,
      },
    )
    t.after(() => gateway.close())
    const base = `http://127.0.0.1:${gateway.httpPort}`
    for (const path of ['/docs', '/docs/json', '/openapi.json']) {
      assert.equal((await fetch(base + path)).status, 401, path)
      const authorization = `Bearer ${adminKey}`
      assert.equal((await fetch(base + path, { headers: { authorization } })).status, 200, path)
    }
  })
})
