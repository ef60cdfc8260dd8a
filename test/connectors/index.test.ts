import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { connectorFactories } from '../../connectors/index.ts'

// `in-app` calls no platform and takes no webhook, which is what the suite is about: in-app.test.ts has assertions of its own.
const channels = Object.keys(connectorFactories)
const tools = { http: () => Promise.reject(), blob: async () => undefined, limits: {} }

test('every channel passes the connector suite', () => {
  assert.ok(channels.length > 0)
  for (const channel of channels.filter((each) => each !== 'in-app')) {
    const file = new URL(`./${channel}.test.ts`, import.meta.url)
    const source = readFileSync(file, 'utf8')
    assert.ok(source.includes('connectorConformance({'), `${channel} is not put through the suite`)
    assert.ok(source.includes(`channel: '${channel}'`), `${channel}.test.ts tests another channel`)
  }
})

test('every connector folder is a channel, or shared by some', () => {
  const shared = ['meta', 'simulator']
  const folders = readdirSync(new URL('../../connectors/', import.meta.url), {
    withFileTypes: true,
  })
    .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
    .map(({ name }) => name)
  assert.deepEqual(new Set(folders), new Set(channels))
})

test('a channel goes by the name it is listed under', () => {
  for (const [name, create] of Object.entries(connectorFactories)) {
    assert.equal(create(tools).channel, name)
  }
})
