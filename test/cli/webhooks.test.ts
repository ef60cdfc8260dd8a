import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type ApiClient, apiClient } from '../gateway/api-client.ts'
import { until } from '../until.ts'
import { type OpenHub, openHub } from './open-hub.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

const settings = { C4A_WEBHOOK_ALLOW_HTTP: 'true', C4A_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8' }

interface FeedEvent {
  readonly eventId: string
  readonly messageId?: string
  readonly type: string
}

describe('webhooks of a running hub', { timeout: 240_000 }, () => {
  const receivers: WebhookReceiver[] = []
  let hub: OpenHub
  let api: ApiClient

  before(() => start())
  after(async () => {
    await hub.stop()
    for (const receiver of receivers) await receiver.close()
  })

  async function start(dataDir?: string): Promise<void> {
    hub = await openHub(() => {}, settings, dataDir)
    api = await apiClient(Number(new URL(hub.url).port), hub.key)
  }

  /** An endpoint of the test's own, so that what one suffers does not slow down the next; closed to what came before. */
  async function endpoint(t: TestContext) {
    const receiver = new WebhookReceiver()
    receivers.push(receiver)
    await receiver.open()
    const { json, status, text } = await api.call('/v1/webhooks', { body: { url: receiver.url } })
    assert.equal(status, 201, text)
    receiver.secrets = [json.secret]
    const path = `/v1/webhooks/${json.webhookId}`
    t.after(() => api.call(path, { method: 'DELETE' }))
    const has = (eventId: string): boolean => receiver.received.some(({ id }) => id === eventId)
    const hasAll = (events: readonly FeedEvent[]) => events.every(({ eventId }) => has(eventId))
    return { receiver, path, has, hasAll }
  }

  async function send(messageId: string): Promise<void> {
    const to = { channel: 'whatsapp', address: '5511999990001' }
    const body = { messageId, to, content: { type: 'text', text: messageId } }
    assert.equal((await api.call('/v1/messages', { body })).status, 202)
  }

  /** Everything on the feed behind a cursor, read as a client would who was away. */
  async function feedFrom(after: string) {
    const events: FeedEvent[] = []
    let cursor = after
    for (let more = true; more; ) {
      const { json } = await api.call(`/v1/events?after=${cursor}`)
      events.push(...json.events)
      ;({ cursor, more } = json)
    }
    return { events, cursor }
  }

  /** The feed from there on, once it tells that the message was read. */
  async function feedUntilRead(after: string, messageId: string) {
    let feed = await feedFrom(after)
    const isRead = ({ type, messageId: id }: FeedEvent) =>
      type === 'delivery.read' && id === messageId
    await until(`${messageId} is read`, async () => {
      feed = await feedFrom(after)
      return feed.events.some(isRead)
    })
    return feed
  }

  test('are the events of the feed, with their ids, signed for the standard library', async (t) => {
    const { receiver, hasAll } = await endpoint(t)
    const { cursor } = await feedFrom('now')
    await send('m1')
    const { events } = await feedUntilRead(cursor, 'm1')
    await until('all events come', () => hasAll(events))
    for (const { id, event } of receiver.received) {
      assert.equal(id, event.eventId)
      assert.deepEqual(
        event,
        events.find(({ eventId }) => eventId === id),
      )
    }
    assert.deepEqual(receiver.refused, [])
    // In the order of the feed, since none failed.
    const order = events.filter(({ messageId }) => messageId === 'm1').map(({ eventId }) => eventId)
    const came = receiver.received.map(({ id }) => id).filter((id) => order.includes(id))
    assert.deepEqual(came, order)
  })

  test('that were lost while the endpoint was down are found by reading on from the last cursor', async (t) => {
    const { receiver, path, has, hasAll } = await endpoint(t)
    // Up to here the client has everything; then it is down.
    const { cursor } = await feedFrom('now')
    await receiver.close()
    await send('m2')
    const { events } = await feedUntilRead(cursor, 'm2')
    const missed = events.filter(({ eventId }) => !has(eventId))
    assert.deepEqual(
      missed.filter(({ messageId }) => messageId === 'm2').map(({ type }) => type),
      ['message.accepted', 'delivery.sent', 'delivery.delivered', 'delivery.read'],
    )
    // Each once: the ids are those that its webhooks would have had.
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, events.length)
    await until('the first fails', async () => {
      const { json } = await api.call(`${path}/attempts`)
      return json.attempts.some(({ outcome }: { outcome: string }) => outcome === 'failed')
    })
    const { json } = await api.call(`${path}/attempts`)
    const [first] = json.attempts.toReversed()
    assert.match(first.detail, /^No answer: POST 127\.0\.0\.1:\d+: ECONNREFUSED\.$/)
    assert.ok(!JSON.stringify(json).includes('token'))
    const shown = await api.call(path)
    assert.equal(typeof shown.json.failingSince, 'string')
    assert.ok(!hasAll(events))
  })

  test('are tried again by themselves', async (t) => {
    const { receiver, path, has } = await endpoint(t)
    receiver.status = 500
    const { json } = await api.call(`${path}/test`, { method: 'POST' })
    await until('it fails', () => has(json.eventId))
    receiver.status = 200
    const outcomes = async (): Promise<string[]> => {
      const answer = await api.call(`${path}/attempts?eventId=${json.eventId}`)
      return answer.json.attempts.map(({ outcome }: { outcome: string }) => outcome)
    }
    await until('the retry comes', async () => (await outcomes()).length === 2)
    assert.deepEqual(await outcomes(), ['delivered', 'failed'])
  })

  test('come again, under the same id, when the hub dies between the request and its note of it', async (t) => {
    const { receiver, hasAll } = await endpoint(t)
    const { cursor } = await feedFrom('now')
    receiver.status = null
    await send('m3')
    // The simulated phones die with the hub, so all that happens to the message happens before.
    const { events } = await feedUntilRead(cursor, 'm3')
    await until('a request hangs', () => receiver.received.length > 0)
    hub.process.destroy()
    await hub.process.ended
    const [hanging] = receiver.received.splice(0)
    receiver.status = 200
    await start(hub.dataDir)
    const again = () => receiver.received.some(({ id }) => id === hanging?.id)
    await until('it comes again', again)
    await until('nothing is lost', () => hasAll(events))
  })

  test('are signed with both secrets after a rotation, until the old one is over', async (t) => {
    const { receiver, path, has } = await endpoint(t)
    const tested = async () => {
      const { json } = await api.call(`${path}/test`, { method: 'POST' })
      return json.eventId as string
    }
    const { json } = await api.call(`${path}/secret`, { body: {} })
    const first = await tested()
    await until('the old one is good', () => has(first))
    receiver.secrets = [json.secret]
    const second = await tested()
    await until('the new one is good', () => has(second))
    assert.deepEqual(receiver.refused, [])
    await api.call(`${path}/secret`, { body: { keepOldFor: 0 } })
    await tested()
    await until('neither is good any more', () => receiver.refused.length > 0)
  })

  test('end with 410, say so on the feed, and are sent again once it is enabled', async (t) => {
    const { receiver, path, has, hasAll } = await endpoint(t)
    await send('m5')
    const before = await feedFrom('now')
    await until('something was taken', () => receiver.received.length > 0)
    receiver.status = 410
    await send('m6')
    const told = async () =>
      (await feedFrom(before.cursor)).events.find(({ type }) => type === 'webhook.disabled')
    await until('it is disabled', async () => (await told()) !== undefined)
    const { json } = await api.call(path)
    assert.deepEqual([json.enabled, json.disabledReason], [false, 'gone'])
    const { events } = await feedUntilRead(before.cursor, 'm6')
    const missed = events.filter(({ messageId }) => messageId === 'm6')
    const taken = new Set((await delivered(path)).map(({ eventId }) => eventId))

    receiver.status = 200
    receiver.received.length = 0
    await api.call(path, { method: 'PATCH', body: { enabled: true } })
    const since = new Date(Date.now() - 3_600_000).toISOString()
    assert.equal((await api.call(`${path}/redeliver`, { body: { since } })).status, 202)
    await until('what it missed comes', () => hasAll(missed))
    assert.ok(taken.size > 0)
    for (const eventId of taken) assert.ok(!has(eventId), 'what it had is not sent again')
  })

  async function delivered(path: string): Promise<readonly { readonly eventId: string }[]> {
    const { json } = await api.call(`${path}/attempts?limit=200`)
    return json.attempts.filter(({ outcome }: { outcome: string }) => outcome === 'delivered')
  }
})
