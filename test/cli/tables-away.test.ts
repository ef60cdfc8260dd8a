import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { request } from 'undici'
import { until } from '../until.ts'
import { openHub } from './open-hub.ts'

const hello = {
  messageId: 'while-away',
  to: { channel: 'whatsapp', address: '5511999990001' },
  content: { type: 'text', text: 'Hello Ana' },
}

test('a hub whose tables cannot be opened accepts, says so, and delivers when they are back', {
  timeout: 60_000,
}, async (t) => {
  // A file where the folder of the tables has to be: as a full or broken disk, but easy to mend.
  const hub = await openHub((dataDir) => writeFileSync(join(dataDir, 'tables'), ''))
  t.after(() => hub.stop())
  const call = async (path: string, body?: object) => {
    const answer = await request(hub.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
      body: body ? JSON.stringify(body) : null,
    })
    // biome-ignore lint/suspicious/noExplicitAny: looked into field by field, and fails where one is missing.
    return { status: answer.statusCode, json: (await answer.body.json()) as any }
  }
  const tablesAre = async (word: string) => (await call('/ready')).json.checks.tables === word

  await until('the tables are away', () => tablesAre('away'))
  assert.equal((await call('/v1/messages', hello)).status, 202)
  const asked = await call('/v1/messages/while-away')
  assert.equal(asked.status, 503)
  assert.equal(asked.json.code, 'C4A_STORE_UNREACHABLE')

  rmSync(join(hub.dataDir, 'tables'))
  const path = '/v1/messages/while-away'
  await until('the message is read', async () => (await call(path)).json.status === 'read')
  await until('the tables are back', () => tablesAre('ok'))
})
