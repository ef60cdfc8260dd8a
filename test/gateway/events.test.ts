import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { appendEvents } from './append-events.ts'
import { type OpenGateway, openGateway } from './open-gateway.ts'

const numbered = (from: number, to: number, more: object = {}) =>
  Array.from({ length: to - from }, (_, n) => ({
    messageId: `m${from + n}`,
    conversationId: `c${(from + n) % 7}`,
    ...more,
  }))

const idsOf = (answer: { json: { events: { messageId: string }[] } }) =>
  answer.json.events.map(({ messageId }) => messageId)

/** Follows the feed to its end. */
async function readAll({ api }: OpenGateway, after: string, limit = 10) {
  const ids: string[] = []
  let cursor = after
  for (let page = 0; page < 1_000; page++) {
    const answer = await api.call(`/v1/events?after=${cursor}&limit=${limit}`)
    assert.equal(answer.status, 200, answer.text)
    assert.ok(answer.json.events.length <= limit)
    ids.push(...idsOf(answer))
    cursor = answer.json.cursor
    if (!answer.json.more) return { ids, cursor }
  }
  return assert.fail('the feed does not end')
}

describe('GET /v1/events', () => {
  test('gives every event once, page by page, and goes on from any cursor', async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, numbered(0, 95))
    const first = await readAll(open, 'start')
    assert.equal(first.ids.length, 95)
    assert.equal(new Set(first.ids).size, 95)
    await appendEvents(open.tools, numbered(95, 120))
    const second = await readAll(open, first.cursor)
    assert.deepEqual(new Set(second.ids), new Set(numbered(95, 120).map((e) => e.messageId)))
    assert.deepEqual((await readAll(open, second.cursor)).ids, [])
  })

  test('keeps the order of each conversation', async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, numbered(0, 200))
    const { ids } = await readAll(open, 'start', 7)
    for (let conversation = 0; conversation < 7; conversation++) {
      const own = ids.map((id) => Number(id.slice(1))).filter((n) => n % 7 === conversation)
      assert.deepEqual(
        own,
        own.toSorted((a, b) => a - b),
      )
    }
  })

  test("shows only the tenant's own, and still goes on past the others'", async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, numbered(0, 3_000, { tenant: 'other' }))
    await appendEvents(open.tools, numbered(3_000, 3_010))
    const { ids } = await readAll(open, 'start', 100)
    assert.deepEqual(new Set(ids), new Set(numbered(3_000, 3_010).map((e) => e.messageId)))
  })

  test("decodes none of the others' events to pass over them", async (t) => {
    let decoded = 0
    const open = await openGateway(t, {
      tools: ({ codec }) => ({
        codec: {
          ...codec,
          decode(type, bytes) {
            if (type === 'Event') decoded++
            return codec.decode(type, bytes)
          },
        },
      }),
    })
    await appendEvents(open.tools, numbered(0, 50, { tenant: 'other' }))
    await appendEvents(open.tools, numbered(50, 60))
    assert.equal((await readAll(open, 'start', 100)).ids.length, 10)
    assert.equal(decoded, 10)
  })

  test('takes no tenant for another whose name begins like it', async (t) => {
    const open = await openGateway(t)
    const alike = ['default/c1', 'default2', 'defaul', 'DEFAULT', '']
    for (const tenant of alike) await appendEvents(open.tools, numbered(0, 3, { tenant }))
    assert.deepEqual((await readAll(open, 'start')).ids, [])
  })

  test('begins at the end with now', async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, numbered(0, 5))
    const { ids, cursor } = await readAll(open, 'now')
    assert.deepEqual(ids, [])
    await appendEvents(open.tools, numbered(5, 6))
    assert.deepEqual((await readAll(open, cursor)).ids, ['m5'])
  })

  test('refuses cursors that are none, and says when one is too old', async (t) => {
    const { api, tools } = await openGateway(t, {
      tools: ({ broker }) => ({
        broker: {
          ...broker,
          // As if retention had removed the first ten of each partition.
          ends: async (topic) =>
            (await broker.ends(topic)).map((end) =>
              topic === 'events' ? { ...end, earliest: Math.min(10, end.next) } : end,
            ),
        },
      }),
    })
    await appendEvents(tools, numbered(0, 200))
    const start = Buffer.from([1, 0, 0, 0, 0]).toString('base64url')
    const beyond = Buffer.from([1, 0xff, 0x7f, 0, 0, 0]).toString('base64url')
    const short = Buffer.from([1, 0, 0]).toString('base64url')
    const statuses: number[] = []
    for (const cursor of [start, beyond, short, 'junk', '']) {
      statuses.push((await api.call(`/v1/events?after=${cursor}`)).status)
    }
    assert.deepEqual(statuses, [410, 400, 400, 400, 400])
    assert.equal((await api.call('/v1/events?after=start')).status, 200)
  })

  test('shows the message that came in', async (t) => {
    const { api, tools } = await openGateway(t)
    const data = { messageId: 'in:x', content: { type: 'text', text: 'hi' } }
    await appendEvents(tools, [
      { messageId: 'in:x', type: 'message.received', data: JSON.stringify(data) },
    ])
    const { json } = await api.call('/v1/events')
    assert.deepEqual(json.events[0].data, data)
    assert.equal(json.events[0].occurredAt, '2027-01-15T08:00:00.000Z')
  })
})
