import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { Registry } from 'prom-client'
import { startGateway } from '../../gateway/gateway.ts'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import { appendEvents } from '../gateway/append-events.ts'
import { bury } from '../gateway/bury.ts'
import { adminKey, openGateway } from '../gateway/open-gateway.ts'
import { assertClean, runCli, startCli } from './run-cli.ts'

/** A gateway on a log in memory, and the command line beside it. */
async function open(t: TestContext) {
  const opened = await openGateway(t)
  const environment = { C4A_URL: opened.api.base, C4A_KEY: adminKey }
  const cli = async (...args: readonly string[]) => {
    const ended = await runCli(args, environment)
    assertClean(ended, adminKey)
    return ended
  }
  return { ...opened, environment, cli }
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'c4a-keys-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

describe('chat4all keys', () => {
  test('create shows the secret this once, and ls never', async (t) => {
    const { cli, api } = await open(t)
    const create = ['keys', 'create', '--name', 'web shop', '--role', 'sender', '--json']
    const created = JSON.parse((await cli(...create)).stdout)
    assert.equal((await api.call('/v1/conversations', { key: created.key })).status, 200)
    const listed = await cli('keys', 'ls')
    assert.equal(listed.code, 0)
    assert.match(listed.stdout, new RegExp(`${created.keyId} +default +sender .* web shop\n`))
    assertClean(listed, created.key.split('_')[2])
    assert.deepEqual(
      JSON.parse((await cli('keys', 'ls', '--json')).stdout).map(
        ({ keyId }: { keyId: string }) => keyId,
      ),
      [created.keyId],
    )
  })

  test('create --save writes it to a new file that its owner alone reads, and other commands use it', async (t) => {
    const { cli, environment } = await open(t)
    const file = join(folder(t), 'reader.key')
    const create = ['keys', 'create', '--name', 'r', '--role', 'reader', '--save', file]
    const created = await cli(...create)
    assert.equal(created.code, 0)
    const key = readFileSync(file, 'utf8').trim()
    assertClean(created, key)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const { code, stderr } = await runCli(['keys', 'ls', '--key-file', file], environment)
    assert.equal(code, 77)
    assert.match(stderr, /^C4A_FORBIDDEN .*its role is reader/)

    // A file that is there already is not written over, and no key is made for it.
    assert.equal((await cli(...create)).code, 64)
    assert.equal(readFileSync(file, 'utf8').trim(), key)
    assert.equal(JSON.parse((await cli('keys', 'ls', '--json')).stdout).length, 1)
  })

  test('--dry-run creates and revokes nothing', async (t) => {
    const { cli } = await open(t)
    const create = ['keys', 'create', '--name', 'n', '--role', 'sender']
    assert.match((await cli(...create, '--dry-run')).stdout, /^Nothing is created/)
    assert.deepEqual(JSON.parse((await cli('keys', 'ls', '--json')).stdout), [])
    const { keyId } = JSON.parse((await cli(...create, '--json')).stdout)
    assert.match((await cli('keys', 'revoke', keyId, '--dry-run')).stdout, /^Nothing is revoked/)
    assert.equal(JSON.parse((await cli('keys', 'ls', '--json')).stdout)[0].revokedAt, undefined)
  })

  test('revoke ends a key; one that is none ends with 66, dry or not', async (t) => {
    const { cli, api } = await open(t)
    const create = ['keys', 'create', '--name', 'n', '--role', 'sender', '--json']
    const { keyId, key } = JSON.parse((await cli(...create)).stdout)
    assert.equal((await cli('keys', 'revoke', keyId)).code, 0)
    assert.equal((await api.call('/v1/conversations', { key })).status, 401)
    assert.equal((await cli('keys', 'revoke', 'ffff')).code, 66)
    assert.equal((await cli('keys', 'revoke', 'ffff', '--dry-run')).code, 66)
  })
})

describe('chat4all dlq', () => {
  test('ls counts each stage by code, and --json is the list', async (t) => {
    const opened = await open(t)
    await bury(opened, {}, {}, { headers: { [engineHeaders.deadCode]: 'C4A_RECORD_UNDECODABLE' } })
    const { code, stdout } = await opened.cli('dlq', 'ls')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /\nvalidate +3 +2027-01-15 08:00:00\.000Z .* C4A_STAGE_FAILED 2, C4A_RECORD_UNDECODABLE 1\n$/,
    )
    const [stage] = JSON.parse((await opened.cli('dlq', 'ls', '--json')).stdout)
    assert.equal(stage.count, 3)
  })

  test('show decodes what it can, dumps the rest, and says where to go on', async (t) => {
    const opened = await open(t)
    const hello = {
      to: { channel: 'telegram', address: '4711' },
      content: { type: 'text', text: 'oi' },
    }
    await opened.api.call('/v1/messages', { body: hello })
    const [record] = await opened.records('messages.submitted')
    assert.ok(record?.value)
    await bury(opened, { value: record.value }, { value: Buffer.from('\u0000\u0001junk') })
    const first = await opened.cli('dlq', 'show', 'validate', '--limit', '1')
    assert.equal(first.code, 0)
    assert.match(first.stdout, /C4A_STAGE_FAILED {2}key default\/c1\n {2}it broke\n {2}attempts 3/)
    assert.match(first.stdout, /from messages\.submitted\/2\/41/)
    assert.match(first.stdout, /"text": "oi"/)
    const next = /There are more: --offset (\d+\/\d+)/.exec(first.stderr)?.[1]
    assert.ok(next)
    const second = await opened.cli('dlq', 'show', 'validate', '--offset', next)
    assert.match(
      second.stdout,
      /not readable as Message\)\n {4}000000 {2}00 01 6a 75 6e 6b +\.\.junk\n/,
    )
    assert.equal(second.stderr, '')
    const { deadLetters } = JSON.parse(
      (await opened.cli('dlq', 'show', 'validate', '--json')).stdout,
    )
    assert.equal(deadLetters.length, 2)
  })

  test('show of a stage that is none ends with 66 and names those there are', async (t) => {
    const { cli } = await open(t)
    const { code, stderr } = await cli('dlq', 'show', 'validat')
    assert.equal(code, 66)
    assert.match(stderr, /Use one of validate\./)
    assert.equal((await cli('dlq', 'show', 'validate', '--limit', '0')).code, 64)
    assert.equal((await cli('dlq', 'show', 'validate', '--offset', '3')).code, 64)
  })
})

describe('chat4all tail', () => {
  test('goes on behind the last event when the hub was away, and says so', async (t) => {
    const { gateway, tools, environment } = await open(t)
    const events = (from: number, to: number) =>
      appendEvents(
        tools,
        Array.from({ length: to - from }, (_, n) => ({ messageId: `m${from + n}` })),
      )
    await events(0, 3)
    const tail = startCli(['tail', '--from', 'start', '--count', '6', '--json'], environment)
    t.after(() => tail.destroy())
    await tail.said(/"m2"/)
    await gateway.close()
    await events(3, 6)
    await tail.said(/trying again from the last event/)
    const settings = { ...defaultGatewaySettings, httpPort: gateway.httpPort, grpcPort: 0 }
    const again = await startGateway(
      { ...tools, metrics: new Registry() },
      { ...settings, bootstrapKey: adminKey },
    )
    t.after(() => again.close())
    const ended = await tail.ended
    assertClean(ended, adminKey)
    assert.equal(ended.code, 0)
    assert.match(ended.stderr, /connected again, nothing was missed\n$/)
    const lines = ended.stdout.trimEnd().split('\n')
    const seen = lines.map((line) => JSON.parse(line).messageId)
    assert.deepEqual(seen, ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'])
  })

  test('ends with 77 when its key is revoked meanwhile', async (t) => {
    const { api, environment, tools } = await open(t)
    const { json } = await api.call('/v1/keys', { body: { name: 'r', role: 'reader' } })
    const file = join(folder(t), 'key')
    writeFileSync(file, json.key)
    const tail = startCli(['tail', '--from', 'start', '--key-file', file], environment)
    t.after(() => tail.destroy())
    await appendEvents(tools, [{ messageId: 'm0' }])
    await tail.said(/m0/)
    await api.call(`/v1/keys/${json.keyId}`, { method: 'DELETE' })
    const ended = await tail.ended
    assertClean(ended, json.key)
    assert.equal(ended.code, 77)
  })
})
