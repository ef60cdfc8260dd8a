import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const program = join(import.meta.dirname, 'run.ts')
const above = mkdtempSync(join(tmpdir(), 'c4a-services-'))
after(() => rmSync(above, { recursive: true }))

function services(args: readonly string[], added: Record<string, string> = {}) {
  const env = { ...process.env, C4A_SERVICES_FOLDER: join(above, 'site'), NO_COLOR: '1', ...added }
  const flags = ['--disable-warning=ExperimentalWarning', program]
  return spawnSync(process.execPath, [...flags, ...args], { encoding: 'utf8', env })
}

test('help shows each verb, each service and examples', () => {
  const { status, stdout } = services(['--help'])
  assert.equal(status, 0)
  for (const word of ['up', 'down', 'status', 'env', 'logs', 'kill', 'start', 'pause', 'resume']) {
    assert.match(stdout, new RegExp(`^ {2}${word}\\b`, 'm'), word)
  }
  for (const service of ['kafka', 'registry', 'postgres', 'redis', 's3']) {
    assert.match(stdout, new RegExp(`^ {2}${service} `, 'm'), service)
  }
  assert.match(stdout, /Examples:/)
})

for (const { args, says } of [
  { args: [], says: /Usage/ },
  { args: ['lift'], says: /There is no verb lift/ },
  { args: ['up', 'kafak'], says: /No service is called kafak/ },
  { args: ['up', '--fast'], says: /--fast/ },
  { args: ['kill'], says: /kill takes the names of servers/ },
  { args: ['with', 'redis'], says: /with takes a command after --/ },
  { args: ['logs', '--lines', 'many'], says: /--lines takes a whole number/ },
]) {
  test(`${args.join(' ') || 'nothing'} is a fault of usage`, () => {
    const { status, stdout, stderr } = services(args)
    assert.equal(status, 64)
    assert.match(stdout + stderr, says)
  })
}

test('where nothing is up it says so', () => {
  assert.deepEqual(JSON.parse(services(['status', '--json']).stdout), [])
  assert.equal(services(['status']).status, 1)
  assert.equal(services(['env']).stdout, '')
  assert.equal(services(['down']).status, 0)
  const { status, stderr } = services(['kill', 'kafka-1'])
  assert.equal(status, 1)
  assert.match(stderr, /no server called kafka-1 is up: none is/)
})

test('what the machine lacks is named, with an exit code of its own', () => {
  // Nothing is on this path, and nothing in the cache.
  const { status, stderr } = services(['up', 'kafka'], { PATH: above, C4A_SERVICES_CACHE: above })
  assert.equal(status, 69)
  assert.match(stderr, /^(Maven|Java 17 or newer) is missing.*: install /m)
})
