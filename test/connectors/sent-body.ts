import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Account, Outbound } from '../../connectors/contract.ts'
import { pooledHttp } from '../../connectors/http.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { type Script, type SeenRequest, scriptedPlatform } from './scripted-platform.ts'

/** What a connector sends for an outbound: the last request, its JSON read, and all requests before. */
export async function sentBody(
  t: TestContext,
  channel: string,
  account: Omit<Account, 'baseUrl'>,
  outbound: object,
  scripts: readonly Script[],
): Promise<{
  readonly path: string
  readonly headers: SeenRequest['headers']
  readonly raw: Buffer
  readonly body: Readonly<Record<string, unknown>>
  readonly all: readonly SeenRequest[]
}> {
  const platform = await scriptedPlatform(t)
  platform.script(...scripts)
  const net = pooledHttp()
  t.after(() => net.close())
  const create = connectorFactories[channel]
  assert.ok(create)
  const blob = { bytes: Buffer.from('bytes'), mimeType: 'image/jpeg', filename: 'photo.jpg' }
  const connector = create({ http: net.http, blob: async () => blob, limits: {} })

  const outcome = await connector.send(
    // Tests give the parts that matter to them; what is wrong in shape fails in the connector.
    outbound as Outbound,
    { ...account, baseUrl: platform.url },
    new AbortController().signal,
  )
  assert.equal(outcome.kind, 'sent', JSON.stringify(outcome))
  const last = platform.requests.at(-1)
  assert.ok(last)
  const json = String(last.headers['content-type']) === 'application/json'
  const body = json ? (JSON.parse(last.body.toString()) as Record<string, unknown>) : {}
  return { path: last.path, headers: last.headers, raw: last.body, body, all: platform.requests }
}
