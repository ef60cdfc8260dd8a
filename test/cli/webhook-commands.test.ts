import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { webhookKey } from '../../domain/keys.ts'
import type { WebhookAttempt, WebhookCall } from '../../schemas/types.ts'
import { adminKey, openGateway } from '../gateway/open-gateway.ts'
import { assertClean, runCli } from './run-cli.ts'

const endpoint = 'https://client.example/events'

async function open(t: TestContext) {
  const opened = await openGateway(t)
  const environment = { C4A_URL: opened.api.base, C4A_KEY: adminKey }
  const cli = async (...args: readonly string[]) => {
    const ended = await runCli(['webhooks', ...args], environment)
    assertClean(ended, adminKey)
    return ended
  }
  const create = async () => {
    const { stdout } = await cli('create', '--endpoint', endpoint, '--json')
    return JSON.parse(stdout) as { readonly webhookId: string; readonly secret: string }
  }
  return { ...opened, cli, create }
}

describe('chat4all webhooks', () => {
  test('create shows the secret once, and ls the endpoint without it', async (t) => {
    const { cli } = await open(t)
    const created = await cli('create', '--endpoint', endpoint, '--type', 'delivery.*')
    assert.equal(created.code, 0, created.stderr)
    const [, webhookId = '', secret = ''] =
      /^(wh_\w+), to .*\n {2}(whsec_\S+)\n/.exec(created.stdout) ?? []
    assert.match(created.stderr, /shown this once/)
    const listed = await cli('ls')
    assertClean(listed, secret)
    assert.match(listed.stdout, new RegExp(`${webhookId} +ok .* delivery\\.\\* +${endpoint}\n`))
    const [one] = JSON.parse((await cli('ls', '--json')).stdout)
    assert.deepEqual([one.webhookId, one.types], [webhookId, ['delivery.*']])
  })

  test('create --save writes it to a file that its owner alone reads; --dry-run creates nothing', async (t) => {
    const { cli } = await open(t)
    const folder = mkdtempSync(join(tmpdir(), 'c4a-webhooks-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'secret')
    const dry = await cli('create', '--endpoint', endpoint, '--save', file, '--dry-run')
    assert.match(dry.stdout, /^Nothing is created/)
    assert.equal((await cli('ls')).stdout, 'No endpoints.\n')
    // Refused by the hub: then no empty file stays behind.
    assert.equal((await cli('create', '--endpoint', 'http://x.example', '--save', file)).code, 64)
    const saved = await cli('create', '--endpoint', endpoint, '--save', file)
    assert.equal(saved.code, 0, saved.stderr)
    assert.match(readFileSync(file, 'utf8'), /^whsec_\S+\n$/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assertClean(saved, readFileSync(file, 'utf8').trim())
  })

  test('attempts shows the delivery log', async (t) => {
    const { cli, create, tools } = await open(t)
    const { webhookId } = await create()
    const attempt: WebhookAttempt = {
      tenant: 'default',
      webhookId,
      eventId: 'e1',
      type: 'delivery.sent',
      round: '',
      attempt: 2,
      outcome: 'failed',
      at: Date.UTC(2027, 0, 15, 8),
      tookMs: 41,
      status: 500,
      detail: 'The endpoint answered 500.',
      nextAt: Date.UTC(2027, 0, 15, 8, 5),
      feedPartition: null,
      feedOffset: null,
    }
    const value = tools.codec.encode('WebhookAttempt', attempt)
    const key = webhookKey('default', webhookId)
    await tools.broker.append([{ topic: 'webhooks.attempts', key, value, headers: {} }])
    const { stdout, code } = await cli('attempts', webhookId)
    assert.equal(code, 0)
    assert.match(
      stdout,
      /e1 +delivery\.sent +2 +failed 500 +41 ms .* The endpoint answered 500\.\n/,
    )
    const page = JSON.parse((await cli('attempts', webhookId, '--event', 'e2', '--json')).stdout)
    assert.deepEqual(page, { attempts: [] })
    assert.equal((await cli('attempts', 'wh_none')).code, 66)
    assert.equal((await cli('attempts', webhookId, '--limit', '0')).code, 64)
  })

  test('test and redeliver put calls on their way, and --dry-run none', async (t) => {
    const { cli, create, decoded } = await open(t)
    const { webhookId } = await create()
    const calls = async () => (await decoded('webhooks.calls', 'WebhookCall')) as WebhookCall[]
    const since = ['--since', '2026-01-01T00:00:00Z']
    assert.match((await cli('test', webhookId, '--dry-run')).stdout, /^Nothing is sent/)
    assert.match(
      (await cli('redeliver', webhookId, ...since, '--dry-run')).stdout,
      /^Nothing is sent/,
    )
    assert.deepEqual(await calls(), [])
    const { eventId } = JSON.parse((await cli('test', webhookId, '--json')).stdout)
    assert.deepEqual(
      (await calls()).map((call) => call.eventId),
      [eventId],
    )
    assert.equal((await cli('redeliver', webhookId, ...since)).stdout, 'on their way: 0\n')
    assert.equal((await cli('redeliver', webhookId, '--event', 'none')).code, 66)
    assert.equal((await cli('redeliver', webhookId)).code, 64)
  })
})
