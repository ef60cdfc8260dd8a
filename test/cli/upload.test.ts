import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { adminKey, openGateway } from '../gateway/open-gateway.ts'
import { assertClean, runCli, startCli } from './run-cli.ts'

async function open(t: TestContext) {
  const { api } = await openGateway(t)
  const folder = mkdtempSync(join(tmpdir(), 'c4a-upload-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { C4A_URL: api.base, C4A_KEY: adminKey, XDG_STATE_HOME: folder }
  const cli = async (...args: readonly string[]) => {
    const ended = await runCli(['upload', ...args], environment)
    assertClean(ended, adminKey)
    return ended
  }
  const noteFolder = join(folder, 'chat4all', 'uploads')
  const notes = () =>
    readdirSync(noteFolder).map((name) => readFileSync(join(noteFolder, name), 'utf8'))
  const write = (name: string, bytes: Uint8Array | string) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  return { api, cli, environment, notes, write }
}

const hashOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

describe('chat4all upload', () => {
  test('stores a file and says what to send', async (t) => {
    const { api, cli, notes, write } = await open(t)
    const file = write('a.csv', 'a;b')
    const shown = await cli(file)
    assert.equal(shown.code, 0, shown.stderr)
    assert.match(
      shown.stdout,
      new RegExp(`stored ${hashOf('a;b')}\n {2}a.csv, 3 bytes, text/csv\n`),
    )
    const json = JSON.parse((await cli(file, '--name', 'b.txt', '--json')).stdout)
    const blobId = hashOf('a;b')
    // Equal bytes are one blob, with the name it had first.
    assert.deepEqual(json, { blobId, sizeBytes: 3, mimeType: 'text/csv', filename: 'a.csv' })
    assert.equal((await api.call(`/v1/blobs/${blobId}`)).text, 'a;b')
    assert.deepEqual(notes(), [])
  })

  test('goes on where it was interrupted', async (t) => {
    const { api, cli, environment, notes, write } = await open(t)
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(60_000_000)])
    const file = write('large.pdf', bytes)
    const begun = startCli(['upload', file], environment)
    t.after(() => begun.destroy())
    // It is there, and empty, before it says where the upload is.
    const isNoted = () => assert.match(notes().join(), /^\/v1\/uploads\/./)
    await t.waitFor(isNoted, { timeout: 20_000, interval: 5 })
    begun.destroy()
    await begun.ended
    const planned = JSON.parse((await cli(file, '--dry-run', '--json')).stdout)
    assert.equal(planned.resumes, true)
    const { code, stdout, stderr } = await cli(file, '--json')
    assert.equal(code, 0, stderr)
    assert.equal(JSON.parse(stdout).blobId, hashOf(bytes))
    assert.deepEqual(notes(), [])
    assert.equal((await api.call(`/v1/blobs/${hashOf(bytes)}/about`)).json.sizeBytes, bytes.length)
  })

  test('says why a file is not taken, and does not ask again', async (t) => {
    const { cli, notes, write } = await open(t)
    const page = await cli(
      write('a.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    )
    assert.notEqual(page.code, 0)
    assert.match(page.stderr, /C4A_UNSUPPORTED_MEDIA_TYPE/)
    assert.deepEqual(notes(), [])
    assert.match((await cli('/none')).stderr, /C4A_NOT_FOUND .*\/none/)
    assert.match((await cli(write('empty', ''))).stderr, /it is empty/)
  })
})
