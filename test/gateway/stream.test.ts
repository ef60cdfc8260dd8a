import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { appendEvents } from './append-events.ts'
import { adminKey, type OpenGateway, openGateway } from './open-gateway.ts'
import { openSse, type SseEvent } from './sse-reader.ts'

const named = (...ids: readonly string[]) => ids.map((messageId) => ({ messageId }))
const idsOf = (events: readonly SseEvent[]) => events.map(({ data }) => data.messageId)

async function stream(t: TestContext, { api }: OpenGateway, after = '', headers = {}) {
  const query = after === '' ? '' : `?after=${after}`
  const reader = await openSse(`${api.base}/v1/stream${query}`, adminKey, headers)
  t.after(() => reader.close())
  return reader
}

describe('GET /v1/stream', () => {
  test('tells each event as it comes, to every reader of the tenant', async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, named('before'))
    const readers = await Promise.all([stream(t, open), stream(t, open), stream(t, open)])
    await appendEvents(open.tools, named('a'))
    await appendEvents(open.tools, [{ messageId: 'theirs', tenant: 'other' }, ...named('b')])
    for (const reader of readers) assert.deepEqual(idsOf(await reader.take(2)), ['a', 'b'])
  })

  test('resumes by Last-Event-ID and misses nothing', async (t) => {
    const open = await openGateway(t)
    const all = Array.from({ length: 300 }, (_, n) => ({
      messageId: `m${n}`,
      conversationId: `c${n % 5}`,
    }))
    await appendEvents(open.tools, all.slice(0, 100))
    const first = await stream(t, open, 'start')
    const seen = idsOf(await first.take(60))
    first.close()
    await appendEvents(open.tools, all.slice(100, 200))
    const second = await stream(t, open, 'now', { 'last-event-id': first.lastId() })
    seen.push(...idsOf(await second.take(50)))
    await appendEvents(open.tools, all.slice(200))
    seen.push(...idsOf(await second.take(190)))
    assert.equal(new Set(seen).size, 300)
    assert.equal(seen.length, 300)
  })

  test('loses and repeats nothing between what was and what comes', async (t) => {
    const open = await openGateway(t)
    let written = 0
    let writing = true
    const writer = (async () => {
      while (writing) {
        await appendEvents(open.tools, named(`m${written}`, `m${written + 1}`))
        written += 2
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const readers = await Promise.all(Array.from({ length: 8 }, () => stream(t, open, 'start')))
    const expected = Array.from({ length: 400 }, (_, n) => `m${n}`)
    const seen = await Promise.all(readers.map((reader) => reader.take(400)))
    writing = false
    await writer
    for (const events of seen) assert.deepEqual(idsOf(events), expected)
  })

  test('a reader that takes nothing is cut off, and costs no memory meanwhile', async (t) => {
    const open = await openGateway(t, { limits: { stalledStreamMs: 300 } })
    const socket = connect(open.gateway.httpPort, '127.0.0.1')
    t.after(() => socket.destroy())
    socket.write(`GET /v1/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${adminKey}\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    const detail = 'x'.repeat(100_000)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    for (let n = 0; n < 200; n++) await appendEvents(open.tools, [{ messageId: `m${n}`, detail }])
    const counted = /c4a_streams_closed_total\{transport="sse",why="stalled"\} 1/
    const end = Date.now() + 5_000
    while (!counted.test((await open.api.call('/metrics')).text)) assert.ok(Date.now() < end)
    socket.resume()
    await closed
    assert.ok(socket.bytesRead < 200 * detail.length, 'it must not have been sent all')
  })

  test('a slow reader still gets everything', async (t) => {
    const open = await openGateway(t)
    const reader = await stream(t, open)
    const detail = 'x'.repeat(50_000)
    const all = Array.from({ length: 100 }, (_, n) => ({ messageId: `m${n}`, detail }))
    for (const each of all) await appendEvents(open.tools, [each])
    assert.deepEqual(
      idsOf(await reader.take(100)),
      all.map(({ messageId }) => messageId),
    )
  })

  test('says why it ends when the gateway stops or the key is revoked', async (t) => {
    const open = await openGateway(t)
    const created = await open.api.call('/v1/keys', { body: { name: 'x', role: 'reader' } })
    const revoked = await openSse(`${open.api.base}/v1/stream`, created.json.key)
    t.after(() => revoked.close())
    await open.api.call(`/v1/keys/${created.json.keyId}`, { method: 'DELETE' })
    assert.deepEqual((await revoked.next())?.data, { reason: 'revoked' })
    const stopped = await stream(t, open)
    const closing = open.gateway.close()
    const last = await stopped.next()
    assert.equal(last?.event, 'closed')
    assert.deepEqual(last?.data, { reason: 'shutdown' })
    assert.equal(await stopped.next(), undefined)
    await closing
  })

  test('answers problems as problems, and opens no more streams than it may', async (t) => {
    const open = await openGateway(t, { limits: { streams: 1 } })
    assert.equal((await open.api.call('/v1/stream?after=junk')).status, 400)
    await stream(t, open)
    const refused = await open.api.call('/v1/stream')
    assert.equal(refused.status, 503)
    assert.equal(refused.headers['retry-after'], '1')
  })

  test('moves a quiet reader on, so that it never falls out of the retention', async (t) => {
    const open = await openGateway(t, { limits: { heartbeatMs: 20 } })
    const reader = await stream(t, open)
    await appendEvents(open.tools, [{ messageId: 'theirs', tenant: 'other' }])
    const end = Date.now() + 5_000
    const next = reader.next()
    while (reader.lastId() === '') {
      assert.ok(Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const before = reader.lastId()
    const answer = await open.api.call(`/v1/events?after=${before}`)
    assert.equal(answer.status, 200)
    await appendEvents(open.tools, named('ours'))
    assert.equal((await next)?.data.messageId, 'ours')
  })
})
