import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Message } from '../../schemas/types.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import { bury } from './bury.ts'
import { type OpenGateway, openGateway } from './open-gateway.ts'

const hello = {
  to: { channel: 'telegram', address: '4711' },
  content: { type: 'text', text: 'hello' },
}

async function keyOf({ api }: OpenGateway, role: string, tenant?: string): Promise<string> {
  const { json } = await api.call('/v1/keys', { body: { name: role, role, tenant } })
  return json.key
}

describe('GET /v1/dead-letters', () => {
  test('counts by code, and says how old they are', async (t) => {
    const open = await openGateway(t)
    const undecodable = { [engineHeaders.deadCode]: 'C4A_RECORD_UNDECODABLE' }
    const later = { [engineHeaders.deadAt]: '1800000060000' }
    await bury(open, {}, { key: 'default/c2', headers: undecodable }, { headers: later })
    const { status, json } = await open.api.call('/v1/dead-letters')
    assert.equal(status, 200)
    assert.deepEqual(json.stages, [
      {
        stage: 'validate',
        topic: 'validate.dlq',
        count: 3,
        complete: true,
        oldest: '2027-01-15T08:00:00.000Z',
        newest: '2027-01-15T08:01:00.000Z',
        byCode: { C4A_STAGE_FAILED: 2, C4A_RECORD_UNDECODABLE: 1 },
      },
    ])
  })

  test('has a line without times for a stage that lost nothing', async (t) => {
    const { api } = await openGateway(t)
    const { json } = await api.call('/v1/dead-letters')
    assert.deepEqual(json.stages, [
      { stage: 'validate', topic: 'validate.dlq', count: 0, complete: true, byCode: {} },
    ])
  })

  test('is for operators and admins, and shows each its own tenant only', async (t) => {
    const open = await openGateway(t)
    await bury(open, {}, { headers: { 'c4a-tenant': 'other' } }, { headers: { 'c4a-tenant': '' } })
    const count = async (key?: string) =>
      (await open.api.call('/v1/dead-letters', key ? { key } : {})).json.stages[0].count
    assert.equal(await count(), 3)
    assert.equal(await count(await keyOf(open, 'operator')), 1)
    assert.equal(await count(await keyOf(open, 'operator', 'other')), 1)
    assert.equal(await count(await keyOf(open, 'admin', 'third')), 0)
    for (const path of ['/v1/dead-letters', '/v1/dead-letters/validate']) {
      for (const role of ['sender', 'reader']) {
        const { status } = await open.api.call(path, { key: await keyOf(open, role) })
        assert.equal(status, 403)
      }
    }
  })
})

describe('GET /v1/dead-letters/{stage}', () => {
  test('shows why, the headers, the original bytes, and the record decoded with its content', async (t) => {
    const open = await openGateway(t)
    await open.api.call('/v1/messages', { body: hello })
    const [record] = await open.records('messages.submitted')
    const [message] = (await open.decoded('messages.submitted', 'Message')) as Message[]
    assert.ok(record?.value && message)
    await bury(open, { key: record.key, value: record.value })
    const { status, json } = await open.api.call('/v1/dead-letters/validate')
    assert.equal(status, 200)
    const [letter] = json.deadLetters
    assert.equal(letter.code, 'C4A_STAGE_FAILED')
    assert.equal(letter.reason, 'it broke')
    assert.equal(letter.attempts, 3)
    assert.equal(letter.diedAt, '2027-01-15T08:00:00.000Z')
    assert.equal(letter.origin, 'messages.submitted/2/41')
    assert.equal(letter.headers['c4a-tenant'], 'default')
    assert.equal(letter.type, 'Message')
    assert.equal(letter.value.messageId, message.messageId)
    assert.deepEqual(letter.value.content, hello.content)
    assert.deepEqual(Buffer.from(letter.bytes, 'base64'), Buffer.from(record.value))
  })

  test('shows bytes alone where nobody can read them', async (t) => {
    const open = await openGateway(t)
    const elsewhere = { [engineHeaders.origin]: 'gone.topic/0/1' }
    await bury(open, { value: new Uint8Array([0, 0, 0, 0, 99, 1]) })
    await bury(open, { headers: elsewhere })
    await bury(open, { value: null })
    const { status, json } = await open.api.call('/v1/dead-letters/validate')
    assert.equal(status, 200)
    const shown = json.deadLetters.map(({ type, value, bytes }: Record<string, unknown>) => [
      type,
      value,
      bytes,
    ])
    assert.deepEqual(shown, [
      ['Message', undefined, 'AAAAAGMB'],
      [undefined, undefined, 'CQk='],
      ['Message', undefined, undefined],
    ])
  })

  test('goes through all partitions page by page, each letter once', async (t) => {
    const open = await openGateway(t)
    const keys = Array.from({ length: 25 }, (_, n) => `default/c${n}`)
    await bury(open, ...keys.map((key) => ({ key })))
    const seen: string[] = []
    let from: string | undefined
    let pages = 0
    do {
      const query = from ? `?limit=4&from=${from}` : '?limit=4'
      const { json } = await open.api.call(`/v1/dead-letters/validate${query}`)
      seen.push(...json.deadLetters.map(({ key }: { key: string }) => key))
      from = json.next
      pages++
    } while (from !== undefined)
    assert.equal(pages, 7)
    assert.equal(seen.length, keys.length)
    assert.deepEqual(new Set(seen), new Set(keys))
  })

  test('answers 404 with the stages there are, and 400 for a place that is none', async (t) => {
    const { api } = await openGateway(t)
    const missing = await api.call('/v1/dead-letters/validat')
    assert.equal(missing.status, 404)
    assert.match(missing.json.detail, /Use one of validate\./)
    assert.equal((await api.call('/v1/dead-letters/validate?from=1')).status, 400)
    assert.equal((await api.call('/v1/dead-letters/validate?limit=101')).status, 400)
  })
})
