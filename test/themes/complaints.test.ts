import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { WebhookReceiver } from '../cli/webhook-receiver.ts'
import { type FaultScene, faultScene } from '../faults/fault-scene.ts'
import { until } from '../until.ts'
import { whatsappWebhook } from './whatsapp-webhook.ts'

// What users of other hubs complain of most, each reproduced against a whole hub and the simulated platforms.

interface HubEvent {
  readonly eventId: string
  readonly type: string
  readonly messageId?: string
  readonly conversationId?: string
  readonly reason?: string
  // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it
  readonly data?: any
}

const settings = { C4A_WEBHOOK_ALLOW_HTTP: 'true', C4A_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8' }
const ranks = ['accepted', 'queued', 'unknown', 'failed', 'sent', 'delivered', 'read']

describe('what users complain of', { timeout: 400_000 }, () => {
  let scene: FaultScene
  before(async () => {
    scene = await faultScene(settings)
  })
  after(() => scene.close())

  /** The feed from its beginning. */
  async function feed(): Promise<readonly HubEvent[]> {
    const all: HubEvent[] = []
    for (let after = ''; ; ) {
      const { json } = await scene.api('GET', `/v1/events?limit=1000${after}`)
      all.push(...json.events)
      if (!json.more) return all
      after = `&after=${encodeURIComponent(json.cursor)}`
    }
  }

  /** What was heard of people, once `text` is among it. */
  async function heard(text: string): Promise<readonly HubEvent[]> {
    let messages: readonly HubEvent[] = []
    await until(`${text} is heard`, async () => {
      messages = (await feed()).filter(({ type }) => type === 'message.received')
      return messages.some(({ data }) => data.content.text === text)
    })
    return messages
  }

  const textsOf = (events: readonly HubEvent[], conversationId?: string) =>
    events.flatMap(({ data, conversationId: of }) =>
      conversationId === undefined || of === conversationId ? [data.content.text] : [],
    )

  test('1. webhooks that come together and twice: one conversation, and each message once', async () => {
    const from = '5511966660001'
    const wrote = Array.from({ length: 12 }, (_, nth) => ({
      ...{ from, id: `wamid.race.${nth}`, text: `race ${nth}` },
    }))
    const posts = [...wrote, ...wrote, ...wrote].map((each) => scene.meta(whatsappWebhook(each)))
    // A client writes to the newcomer at the same moment.
    const sent = scene.api('POST', '/v1/messages', {
      to: { channel: 'whatsapp', address: from },
      content: { type: 'text', text: 'hello' },
    })
    assert.deepEqual(new Set(await Promise.all(posts)), new Set([200]))
    const { conversationId } = (await sent).json
    await scene.meta(whatsappWebhook({ from, id: 'wamid.race.end', text: 'race is over' }))
    const theirs = (await heard('race is over')).filter(({ data }) => data.address === from)
    assert.equal(theirs.length, 13)
    assert.deepEqual(
      new Set(textsOf(theirs)),
      new Set(['race is over', ...wrote.map(({ text }) => text)]),
    )
    assert.deepEqual(new Set(theirs.map((each) => each.conversationId)), new Set([conversationId]))
    const { json } = await scene.api('GET', '/v1/conversations?limit=200')
    const known = json.conversations.filter(
      (each: { conversationId: string }) => each.conversationId === conversationId,
    )
    assert.equal(known.length, 1)
  })

  test('2. nothing that people write is lost, or taken for a repetition of another, and all can be read again', async () => {
    const from = '5511966660002'
    const many = Array.from({ length: 475 }, (_, nth) => ({
      ...{ from, id: `wamid.many.${nth}`, text: 'ok' },
    }))
    for (let at = 0; at < many.length; at += 95) {
      assert.equal(await scene.meta(whatsappWebhook(...many.slice(at, at + 95))), 200)
    }
    await scene.meta(whatsappWebhook({ from, id: 'wamid.many.end', text: 'that was all' }))
    const first = (await heard('that was all')).filter(({ data }) => data.address === from)
    assert.equal(textsOf(first).filter((text) => text === 'ok').length, 475)
    assert.equal(new Set(first.map(({ messageId }) => messageId)).size, 476)
    // Whoever lost it reads it again, from any point.
    const again = (await heard('that was all')).filter(({ data }) => data.address === from)
    assert.deepEqual(again, first)
  })

  describe('3. statuses and order', () => {
    test('a status never goes backwards, however the receipts come', async () => {
      const address = '5511966660003'
      await scene.phone('whatsapp', address, { windows: 'open', looking: true })
      await scene.opens('whatsapp', address, 'opens backwards')
      await scene.script({ fault: 'reordered-webhooks', channel: 'whatsapp', address })
      await scene.send('backwards', 'whatsapp', address)
      const seen: string[] = []
      await scene.shows('backwards', ({ status, deliveries: [only] }) => {
        if (seen.at(-1) !== status) seen.push(status)
        const kinds = new Set(only?.history.map(({ kind }) => kind))
        return ['sent', 'delivered', 'read'].every((kind) => kinds.has(kind))
      })
      assert.equal(seen.at(-1), 'read')
      const order = seen.map((status) => ranks.indexOf(status))
      assert.deepEqual(
        order,
        [...new Set(order)].toSorted((one, other) => one - other),
      )
    })

    test('messages arrive in the order in which they were sent, through throttling and errors', async () => {
      const address = '7200660003'
      await scene.phone('telegram', address)
      await scene.script(
        { fault: 'server-error', channel: 'telegram', address, nth: 2 },
        { fault: 'throttle-without-hint', channel: 'telegram', address, nth: 4 },
      )
      const ids = Array.from({ length: 8 }, (_, nth) => `in-turn-${nth}`)
      for (const id of ids) await scene.send(id, 'telegram', address)
      await scene.shows('in-turn-7', ({ status }) => status === 'sent')
      const firsts = [...new Set(await scene.arrived('telegram', address))]
      assert.deepEqual(firsts, ids)
    })
  })

  test("4. a client's webhook is signed, tried again under the same id, and sent again when asked", async (t) => {
    const receiver = new WebhookReceiver()
    await receiver.open()
    t.after(() => receiver.close())
    const made = await scene.api('POST', '/v1/webhooks', { url: receiver.url })
    assert.equal(made.status, 201, JSON.stringify(made.json))
    t.after(() => scene.api('DELETE', `/v1/webhooks/${made.json.webhookId}`))
    receiver.secrets = [made.json.secret]
    receiver.status = 503
    await scene.phone('telegram', '7200660004')
    await scene.send('told', 'telegram', '7200660004')
    await until('the first attempt', () => receiver.received.length > 0)
    receiver.status = 200
    const [first] = receiver.received
    assert.ok(first)
    const times = () => receiver.received.filter(({ id }) => id === first.id).length
    await until('it comes again', () => times() > 1)
    await scene.shows('told', ({ status }) => status === 'sent')
    const events = async () => (await feed()).filter(({ messageId }) => messageId === 'told')
    await until('all of it comes', async () =>
      (await events()).every(({ eventId }) => receiver.received.some(({ id }) => id === eventId)),
    )
    for (const { id, event } of receiver.received) assert.equal(id, event.eventId)
    assert.deepEqual(receiver.refused, [])
  })

  describe('5. a send that is repeated', () => {
    test('is one message, however often and at once the client asks for it', async () => {
      const address = '7200660005'
      await scene.phone('telegram', address)
      const body = {
        messageId: 'asked-often',
        to: { channel: 'telegram', address },
        content: { type: 'text', text: 'asked often' },
      }
      const asked = Array.from({ length: 10 }, () => scene.api('POST', '/v1/messages', body))
      for (const { status, json } of await Promise.all(asked)) {
        assert.deepEqual([status, json.messageId], [202, 'asked-often'])
      }
      const other = { ...body, content: { type: 'text', text: 'something else' } }
      assert.equal((await scene.api('POST', '/v1/messages', other)).status, 202)
      await until('the other content is refused', async () =>
        (await feed()).some(
          ({ messageId, reason }) => messageId === 'asked-often' && reason === 'id-reused',
        ),
      )
      await scene.shows('asked-often', ({ status }) => status === 'sent')
      assert.deepEqual(await scene.arrived('telegram', address), ['asked often'])
    })

    test('and whose answer got lost is not sent blindly again', async () => {
      const address = '5511966660005'
      await scene.phone('whatsapp', address)
      await scene.opens('whatsapp', address, 'opens unclear')
      await scene.script({ fault: 'reset-after-accept', channel: 'whatsapp', address })
      await scene.send('unclear', 'whatsapp', address)
      const settled = ['sent', 'delivered', 'read']
      const shown = await scene.shows('unclear', ({ status }) => settled.includes(status))
      assert.equal(shown.deliveries[0]?.possibleDuplicate, false)
      // Longer than the hub waits before it would send again.
      await new Promise((resolve) => setTimeout(resolve, 6_000))
      assert.deepEqual(await scene.arrived('whatsapp', address), ['unclear'])
    })
  })

  test('6. a person without a phone number is heard, is one conversation, and can be answered', async () => {
    const from = 'BR.1349120865530274'
    for (const nth of [1, 2, 3]) {
      const wrote = { from, id: `wamid.scoped.${nth}`, text: `scoped ${nth}` }
      assert.equal(await scene.meta(whatsappWebhook(wrote)), 200)
    }
    const theirs = (await heard('scoped 3')).filter(({ data }) => data.address === from)
    assert.deepEqual(textsOf(theirs), ['scoped 1', 'scoped 2', 'scoped 3'])
    const [first] = theirs
    assert.ok(first?.conversationId)
    assert.equal(new Set(theirs.map((each) => each.conversationId)).size, 1)
    await scene.phone('whatsapp', from)
    const { status } = await scene.api('POST', '/v1/messages', {
      messageId: 'to-scoped',
      conversationId: first.conversationId,
      content: { type: 'text', text: 'to scoped' },
    })
    assert.equal(status, 202)
    await scene.shows('to-scoped', (shown) => ['sent', 'delivered', 'read'].includes(shown.status))
    assert.deepEqual(await scene.arrived('whatsapp', from), ['to scoped'])
  })

  test('6. and stays one conversation when the number is told, and when it is missing again', async () => {
    const [number, scoped] = ['5511966660006', 'BR.6660006120865530274']
    // They write by webhooks of the test's own, which opens no window at the platform.
    for (const each of [number, scoped]) await scene.phone('whatsapp', each)
    const wrote = [
      { from: scoped, id: 'wamid.both.1', text: 'by the id' },
      { from: number, alsoKnownAs: scoped, id: 'wamid.both.2', text: 'by both' },
      { from: number, id: 'wamid.both.3', text: 'by the number' },
      { from: scoped, id: 'wamid.both.4', text: 'by the id again' },
    ]
    for (const each of wrote) {
      assert.equal(await scene.meta(whatsappWebhook(each)), 200)
      await heard(each.text)
    }
    const texts = new Set(wrote.map(({ text }) => text))
    const theirs = (await heard('by the id again')).filter(({ data }) =>
      texts.has(data.content.text),
    )
    assert.deepEqual(
      textsOf(theirs),
      wrote.map(({ text }) => text),
    )
    assert.equal(new Set(theirs.map(({ conversationId }) => conversationId)).size, 1)
    assert.equal(new Set(theirs.map(({ data }) => data.senderId)).size, 1)

    // A client that knows the number alone writes into the same conversation.
    const sent = await scene.api('POST', '/v1/messages', {
      messageId: 'to-both',
      to: { channel: 'whatsapp', address: number },
      content: { type: 'text', text: 'to both' },
    })
    assert.equal(sent.status, 202)
    await scene.shows('to-both', (shown) => ['sent', 'delivered', 'read'].includes(shown.status))
    const { json } = await scene.api('GET', '/v1/messages/to-both')
    assert.equal(json.conversationId, theirs[0]?.conversationId)
  })

  describe('7. the window of 24 hours', () => {
    test('a message after it is held and says why, and goes out when the person writes', async () => {
      const address = '5511966660007'
      await scene.phone('whatsapp', address, { windows: 'enforced' })
      await scene.send('too-late', 'whatsapp', address)
      const held = await scene.shows('too-late', ({ reason }) => reason !== undefined)
      assert.deepEqual([held.status, held.reason], ['queued', 'window-closed'])
      assert.deepEqual(await scene.arrived('whatsapp', address), [])
      await scene.answer('whatsapp', address, 'hello?')
      await scene.shows('too-late', ({ status }) => status !== 'queued')
      assert.deepEqual(await scene.arrived('whatsapp', address), ['too-late'])
    })

    test('nothing passes for a person who answers when a program does: it fails, and says why', async () => {
      const address = '7100000000660007'
      await scene.phone('messenger', address, { windows: 'enforced' })
      await scene.send('no-agent', 'messenger', address)
      const shown = await scene.shows('no-agent', ({ status }) => status === 'failed')
      assert.equal(shown.reason, 'window-closed')
      assert.deepEqual(await scene.arrived('messenger', address), [])
      // Nor may its key say so.
      const { status, json } = await scene.api('POST', '/v1/messages', {
        to: { channel: 'messenger', address },
        content: { type: 'text', text: 'posing' },
        humanAgent: true,
      })
      assert.deepEqual([status, json.code], [403, 'C4A_FORBIDDEN'])
    })
  })
})
