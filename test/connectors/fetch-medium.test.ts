import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Account, MediaContent } from '../../connectors/contract.ts'
import { pooledHttp } from '../../connectors/http.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { scriptedPlatform } from './scripted-platform.ts'

const token = '123:AAE+s3cr3t'
type Name = 'whatsapp' | 'messenger' | 'instagram' | 'telegram'

async function fetcher(t: TestContext, channel: Name, limits: Record<string, number> = {}) {
  const platform = await scriptedPlatform(t)
  const pool = pooledHttp()
  t.after(() => pool.close())
  const create = connectorFactories[channel]
  assert.ok(create)
  const connector = create({ http: pool.http, blob: async () => undefined, limits })
  const account: Account = {
    id: 'demo',
    externalId: '1',
    secrets: { token },
    baseUrl: platform.url,
    apiVersion: 'v23.0',
    options: {},
  }
  const { signal } = new AbortController()
  const fetchMedium = async (medium: Partial<MediaContent>) =>
    connector.fetchMedium?.({ type: 'image', ...medium }, account, signal)
  return { platform, fetchMedium, link: `${platform.url}/media/1?oe=9` }
}

const png = { status: 200, headers: { 'content-type': 'image/png' }, body: 'png' }

describe('fetching from WhatsApp', () => {
  const noSuch = { error: { code: 100, error_subcode: 33, message: 'Unsupported get request.' } }

  test('goes by the id to a link and to the bytes, with the token to both', async (t) => {
    const { platform, fetchMedium, link } = await fetcher(t, 'whatsapp')
    platform.script({ status: 200, body: { url: link, mime_type: 'image/png' } }, png)
    const fetched = await fetchMedium({ mediaId: '77' })
    assert.ok(fetched?.kind === 'fetched')
    assert.equal(Buffer.from(fetched.bytes).toString(), 'png')
    assert.equal(fetched.mimeType, 'image/png')
    assert.deepEqual(
      platform.requests.map(({ path, headers: { authorization } }) => [path, authorization]),
      [
        ['/v23.0/77', `Bearer ${token}`],
        ['/media/1?oe=9', `Bearer ${token}`],
      ],
    )
  })

  test('wants another link where one has ended', async (t) => {
    const { platform, fetchMedium, link } = await fetcher(t, 'whatsapp')
    platform.script({ status: 200, body: { url: link } }, { status: 404, body: 'x' })
    assert.equal((await fetchMedium({ mediaId: '77' }))?.kind, 'retry')
  })

  test('ends where the id leads nowhere, and waits for a token or a limit', async (t) => {
    const { platform, fetchMedium } = await fetcher(t, 'whatsapp')
    platform.script(
      { status: 400, body: noSuch },
      { status: 401, body: { error: { code: 190, message: 'expired' } } },
      { status: 429, headers: { 'retry-after': '7' }, body: { error: { code: 4, message: 'x' } } },
    )
    assert.equal((await fetchMedium({ mediaId: '77' }))?.kind, 'gone')
    assert.equal((await fetchMedium({ mediaId: '77' }))?.kind, 'retry')
    const limited = await fetchMedium({ mediaId: '77' })
    assert.equal(limited?.kind === 'retry' && limited.afterMs, 7_000)
  })

  test('gives the token to nobody but the platform', async (t) => {
    const { platform, fetchMedium } = await fetcher(t, 'whatsapp')
    for (const url of [
      'http://127.0.0.1:9/x',
      'https://fbsbx.com.evil.example/x',
      'http://lookaside.fbsbx.com/x',
      'file:///etc/passwd',
    ]) {
      platform.script({ status: 200, body: { url } })
      const fetched = await fetchMedium({ mediaId: '77' })
      assert.equal(fetched?.kind, 'gone', url)
      assert.match(fetched.detail, /own servers/)
    }
    assert.equal(platform.requests.length, 4)
  })
})

describe('fetching from Telegram', () => {
  test('goes by getFile to the path and the bytes', async (t) => {
    const { platform, fetchMedium } = await fetcher(t, 'telegram')
    platform.script({ status: 200, body: { ok: true, result: { file_path: 'photos/1.jpg' } } }, png)
    assert.equal((await fetchMedium({ mediaId: 'f1' }))?.kind, 'fetched')
    assert.deepEqual(
      platform.requests.map(({ path }) => path),
      [`/bot${token}/getFile`, `/file/bot${token}/photos/1.jpg`],
    )
    assert.equal(platform.requests[0]?.body.toString(), '{"file_id":"f1"}')
  })

  test('does not ask for what a bot may not fetch', async (t) => {
    const { platform, fetchMedium } = await fetcher(t, 'telegram')
    const fetched = await fetchMedium({ mediaId: 'f1', sizeBytes: 31e6 })
    assert.equal(fetched?.kind, 'gone')
    assert.equal(platform.requests.length, 0)
  })

  test('ends at a refusal, and waits as long as it is asked to', async (t) => {
    const { platform, fetchMedium } = await fetcher(t, 'telegram')
    const says = (description: string, more = {}) => ({ ok: false, description, ...more })
    platform.script(
      { status: 400, body: says('Bad Request: file is too big') },
      { status: 429, body: says('Too Many Requests', { parameters: { retry_after: 3 } }) },
    )
    const refused = await fetchMedium({ mediaId: 'f1' })
    assert.deepEqual(refused, { kind: 'gone', detail: 'Bad Request: file is too big' })
    const limited = await fetchMedium({ mediaId: 'f1' })
    assert.equal(limited?.kind === 'retry' && limited.afterMs, 3_000)
  })
})

describe('fetching from Messenger and Instagram', () => {
  for (const channel of ['messenger', 'instagram'] as const) {
    test(`${channel}: follows the link, without the token, which it needs not`, async (t) => {
      const { platform, fetchMedium, link } = await fetcher(t, channel)
      platform.script(png)
      assert.equal((await fetchMedium({ url: link }))?.kind, 'fetched')
      assert.equal(platform.requests[0]?.headers['authorization'], undefined)
    })

    test(`${channel}: an ended link is the end, a store that is away is not`, async (t) => {
      const { platform, fetchMedium, link } = await fetcher(t, channel)
      platform.script({ status: 403, body: 'URL signature expired' }, { status: 502, body: '' })
      assert.equal((await fetchMedium({ url: link }))?.kind, 'gone')
      assert.equal((await fetchMedium({ url: link }))?.kind, 'retry')
    })
  }

  test('takes no more than the limit, and a cut connection as a reason to ask again', async (t) => {
    const { platform, fetchMedium, link } = await fetcher(t, 'messenger', {
      inboundMediaMaxBytes: 10,
    })
    platform.script({ status: 200, body: 'x'.repeat(11) }, 'reset')
    const large = await fetchMedium({ url: link })
    assert.ok(large?.kind === 'gone')
    assert.match(large.detail, /larger than 10 bytes/)
    assert.equal((await fetchMedium({ url: link }))?.kind, 'retry')
  })
})
