import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { webhookKey } from '../../domain/keys.ts'
import { webhookSecretText } from '../../domain/webhooks/webhook-secret-text.ts'
import type { Webhook, WebhookAttempt, WebhookCall, WebhookHealth } from '../../schemas/types.ts'
import { until } from '../until.ts'
import { appendEvents } from './append-events.ts'
import { type OpenGateway, openGateway } from './open-gateway.ts'

const url = 'https://client.example/events'

async function create({ api }: OpenGateway, body: object = {}, key?: string) {
  const answer = await api.call('/v1/webhooks', { body: { url, ...body }, ...(key && { key }) })
  assert.equal(answer.status, 201, answer.text)
  return answer.json as { webhookId: string; secret: string }
}

const attemptOf = (fields: Partial<WebhookAttempt>): WebhookAttempt => ({
  tenant: 'default',
  webhookId: '',
  eventId: 'e1',
  type: 'delivery.sent',
  round: '',
  attempt: 1,
  outcome: 'delivered',
  at: Date.now(),
  tookMs: 12,
  status: 200,
  detail: null,
  nextAt: null,
  feedPartition: null,
  feedOffset: null,
  ...fields,
})

/** Writes what the stage `post` would. */
async function log({ tools }: OpenGateway, ...attempts: readonly WebhookAttempt[]) {
  await tools.broker.append(
    attempts.map((attempt) => ({
      topic: 'webhooks.attempts',
      key: webhookKey(attempt.tenant, attempt.webhookId),
      value: tools.codec.encode('WebhookAttempt', attempt),
      headers: {},
    })),
  )
}

const calls = async (open: OpenGateway) =>
  (await open.decoded('webhooks.calls', 'WebhookCall')) as WebhookCall[]

/** A key of an admin of another tenant. */
async function stranger({ api }: OpenGateway): Promise<string> {
  const body = { name: 'theirs', role: 'admin', tenant: 'other' }
  return (await api.call('/v1/keys', { body })).json.key
}

describe('webhook endpoints', () => {
  test('are made with a secret that is shown once, and stands in no log', async (t) => {
    const open = await openGateway(t)
    const filters = { types: ['message.received', 'delivery.*'], channels: ['whatsapp'] }
    const { webhookId, secret } = await create(open, { description: 'our shop', ...filters })
    assert.equal(secret, webhookSecretText(open.tools.ids.webhookSecret('default', webhookId, 1)))
    const [stored] = await open.records('directory.webhooks')
    assert.ok(!Buffer.from(stored?.value ?? []).includes(secret.slice(6, 20)))
    const shown = await open.api.call(`/v1/webhooks/${webhookId}`)
    assert.ok(!shown.text.includes('whsec_'))
    const { createdAt, ...rest } = shown.json
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
    const known = { webhookId, url, description: 'our shop', ...filters, conversations: [] }
    assert.deepEqual(rest, { ...known, enabled: true, createdBy: 'bootstrap' })
    assert.deepEqual((await open.api.call('/v1/webhooks')).json.webhooks, [shown.json])
  })

  test('are refused where they may not be called, when made and when changed', async (t) => {
    const open = await openGateway(t)
    const bad = { url: 'http://client.example/' }
    assert.equal((await open.api.call('/v1/webhooks', { body: bad })).status, 422)
    const { webhookId } = await create(open)
    const path = `/v1/webhooks/${webhookId}`
    const changed = await open.api.call(path, { method: 'PATCH', body: bad })
    assert.equal(changed.status, 422)
    assert.match(changed.json.detail, /it is not https/)
    assert.equal((await open.api.call(path)).json.url, url)
    for (const body of [{}, { url: '' }, { url, types: ['delivery.*.x'] }, { url, secret: 'x' }]) {
      assert.equal((await open.api.call('/v1/webhooks', { body })).status, 400)
    }
    assert.equal((await open.api.call(path, { method: 'PATCH', body: {} })).status, 400)
  })

  test('are changed, disabled, enabled and deleted', async (t) => {
    const open = await openGateway(t)
    const { webhookId } = await create(open, { types: ['delivery.*'] })
    const path = `/v1/webhooks/${webhookId}`
    const change = async (body: object) =>
      (await open.api.call(path, { method: 'PATCH', body })).json
    const changed = await change({ types: [], description: 'x' })
    assert.deepEqual([changed.types, changed.description, changed.url], [[], 'x', url])
    const off = await change({ enabled: false })
    assert.deepEqual([off.enabled, off.disabledReason], [false, 'owner'])
    assert.equal((await change({ enabled: true })).enabled, true)
    assert.equal((await open.api.call(path, { method: 'DELETE' })).status, 200)
    assert.equal((await open.api.call(path)).status, 404)
    assert.deepEqual((await open.api.call('/v1/webhooks')).json.webhooks, [])
  })

  test('show that the hub has given them up, and begin anew when they are enabled', async (t) => {
    const open = await openGateway(t)
    const { webhookId } = await create(open)
    const path = `/v1/webhooks/${webhookId}`
    const at = Date.now() + 2_000 // its clock may be ahead of ours
    const health: WebhookHealth = {
      tenant: 'default',
      webhookId,
      failingSince: at - 1_000,
      disabledAt: at,
      reason: 'gone',
    }
    const { broker, codec } = open.tools
    const value = codec.encode('WebhookHealth', health)
    const key = webhookKey('default', webhookId)
    await broker.append([{ topic: 'webhooks.health', key, value, headers: {} }])
    await until('it is off', async () => !(await open.api.call(path)).json.enabled)
    const { json } = await open.api.call(path)
    assert.deepEqual([json.disabledReason, typeof json.failingSince], ['gone', 'string'])
    const again = await open.api.call(path, { method: 'PATCH', body: { enabled: true } })
    assert.deepEqual([again.json.enabled, again.json.failingSince], [true, undefined])
  })

  test('get a new secret, and keep the old one for as long as it is said', async (t) => {
    const open = await openGateway(t)
    const { webhookId, secret } = await create(open)
    const path = `/v1/webhooks/${webhookId}/secret`
    const rotated = await open.api.call(path, { body: { keepOldFor: 3_600 } })
    assert.equal(rotated.status, 200)
    assert.notEqual(rotated.json.secret, secret)
    const left = Date.parse(rotated.json.formerSecretUntil) - Date.now()
    assert.ok(left > 3_590_000 && left <= 3_600_000)
    const [stored] = (await open.decoded('directory.webhooks', 'Webhook')).slice(-1) as Webhook[]
    assert.equal(stored?.secretVersion, 2)
    const at = await open.api.call(path, { body: { keepOldFor: 0 } })
    assert.equal(at.json.formerSecretUntil, undefined)
    assert.equal((await open.api.call(path, { body: { keepOldFor: 604_801 } })).status, 400)
  })

  test('belong to a tenant: to another they look like none', async (t) => {
    const open = await openGateway(t)
    const { webhookId } = await create(open)
    const key = await stranger(open)
    const path = `/v1/webhooks/${webhookId}`
    const asked: readonly [string, object][] = [
      [path, {}],
      [path, { method: 'PATCH', body: { enabled: false } }],
      [path, { method: 'DELETE' }],
      [`${path}/secret`, { body: {} }],
      [`${path}/attempts`, {}],
      [`${path}/test`, { method: 'POST' }],
      [`${path}/redeliver`, { body: { since: '2026-01-01T00:00:00Z' } }],
      [`${path}/events/e1/redeliver`, { method: 'POST' }],
    ]
    for (const [each, call] of asked) {
      assert.equal((await open.api.call(each, { ...call, key })).status, 404, each)
    }
    assert.deepEqual((await open.api.call('/v1/webhooks', { key })).json.webhooks, [])
    assert.equal((await open.api.call(path)).json.enabled, true)
  })
})

describe('the delivery log of an endpoint', () => {
  test('is its own, newest first, page by page, and of one event where asked', async (t) => {
    const open = await openGateway(t)
    const { webhookId } = await create(open)
    const other = await create(open)
    const own = ['e1', 'e2', 'e3', 'e4', 'e5']
    for (const eventId of own) {
      await log(open, attemptOf({ webhookId, eventId }), attemptOf({ webhookId: other.webhookId }))
    }
    const path = `/v1/webhooks/${webhookId}/attempts`
    const seen: string[] = []
    let before = ''
    for (let page = 0; page < 3; page++) {
      const { json } = await open.api.call(`${path}?limit=2${before}`)
      seen.push(...json.attempts.map(({ eventId }: { eventId: string }) => eventId))
      before = `&before=${json.next}`
      assert.equal(json.next === undefined, page === 2)
    }
    assert.deepEqual(seen, own.toReversed())
    const one = await open.api.call(`${path}?eventId=e2`)
    assert.deepEqual(
      one.json.attempts.map(({ eventId, outcome }: WebhookAttempt) => [eventId, outcome]),
      [['e2', 'delivered']],
    )
  })
})

describe('sending again', () => {
  test('sends one event as it stands on the feed, in a round of its own', async (t) => {
    const open = await openGateway(t)
    const { webhookId } = await create(open)
    await appendEvents(open.tools, [{ messageId: 'm1' }])
    const [position] = await open.records('events')
    const { events } = (await open.api.call('/v1/events')).json
    const eventId = events[0].eventId
    const place = { feedPartition: position?.partition ?? 0, feedOffset: position?.offset ?? 0 }
    await log(open, attemptOf({ webhookId, eventId, outcome: 'failed', ...place }))
    const path = `/v1/webhooks/${webhookId}/events`
    assert.equal(
      (await open.api.call(`${path}/${eventId}/redeliver`, { method: 'POST' })).status,
      202,
    )
    const [call] = await calls(open)
    assert.deepEqual(JSON.parse(call?.body ?? ''), events[0])
    assert.deepEqual([call?.eventId, call?.attempt], [eventId, 1])
    assert.match(call?.round ?? '', /^[0-9a-f-]{36}$/)
    assert.equal((await open.api.call(`${path}/nope/redeliver`, { method: 'POST' })).status, 404)
    // What stands there now is another event: the feed has forgotten the one that is meant.
    await log(open, attemptOf({ webhookId, eventId: 'old', ...place }))
    assert.equal((await open.api.call(`${path}/old/redeliver`, { method: 'POST' })).status, 410)
  })

  test('sends all since a time that is wanted and was not delivered', async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, [{ messageId: 'before' }])
    const before = Date.now()
    await until('the clock moves on', () => Date.now() > before)
    const since = new Date().toISOString()
    await appendEvents(
      open.tools,
      ['taken', 'failed', 'pending', 'missed'].map((messageId) => ({ messageId })),
    )
    await appendEvents(open.tools, [
      { messageId: 'unwanted', type: 'conversation.created' },
      { messageId: 'theirs', tenant: 'other' },
    ])
    const { webhookId } = await create(open, { types: ['delivery.*', 'message.*'] })
    const { events } = (await open.api.call('/v1/events')).json
    const idOf = (id: string): string =>
      events.find(({ messageId }: { messageId: string }) => messageId === id).eventId
    await log(
      open,
      attemptOf({ webhookId, eventId: idOf('taken'), outcome: 'failed', nextAt: Date.now() - 1 }),
      attemptOf({ webhookId, eventId: idOf('taken'), attempt: 2 }),
      attemptOf({ webhookId, eventId: idOf('failed'), outcome: 'failed' }),
      attemptOf({
        webhookId,
        eventId: idOf('pending'),
        outcome: 'failed',
        nextAt: Date.now() + 60_000,
      }),
    )
    const path = `/v1/webhooks/${webhookId}/redeliver`
    const { status, json } = await open.api.call(path, { body: { since } })
    assert.equal(status, 202)
    assert.deepEqual([json.events, json.more], [2, false])
    const sent = (await calls(open)).map(({ body }) => JSON.parse(body).messageId)
    assert.deepEqual(
      sent.toSorted((a, b) => a.localeCompare(b)),
      ['failed', 'missed'],
    )
    // From there on there is nothing more.
    const rest = await open.api.call(path, { body: { since, after: json.cursor } })
    assert.equal(rest.json.events, 0)
  })

  test('and testing ask for an endpoint that is enabled', async (t) => {
    const open = await openGateway(t)
    const { webhookId } = await create(open)
    const path = `/v1/webhooks/${webhookId}`
    const tested = await open.api.call(`${path}/test`, { method: 'POST' })
    assert.equal(tested.status, 202)
    const [call] = await calls(open)
    assert.equal(call?.type, 'webhook.test')
    assert.deepEqual(JSON.parse(call.body).data, { webhookId })
    await open.api.call(path, { method: 'PATCH', body: { enabled: false } })
    for (const each of [`${path}/test`, `${path}/events/e/redeliver`]) {
      assert.equal((await open.api.call(each, { method: 'POST' })).status, 409)
    }
    const body = { since: '2026-01-01T00:00:00Z' }
    assert.equal((await open.api.call(`${path}/redeliver`, { body })).status, 409)
  })
})
