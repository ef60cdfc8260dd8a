import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Account, Content, Inbound, WebhookEndpoint } from '../../connectors/contract.ts'
import { pooledHttp } from '../../connectors/http.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { numbers, openSimulator, tokens } from '../simulator/open-simulator.ts'
import type { Received } from '../simulator/receiver.ts'

/**
 * Connectors and simulator were written apart from the same documents: where they understand each other, both
 * probably read them right.
 */
const people = {
  whatsapp: '5511988887777',
  messenger: '7100000000000099',
  instagram: '8100000000000099',
  telegram: '900000099',
} as const
type Channel = keyof typeof people

const echo = 'd0d1d2d3d4d5d6d7d0d1d2d3d4d5d6d7.1'
const picture = Buffer.from('a picture')

async function open(t: TestContext, channel: Channel) {
  const { simulator, hub } = await openSimulator(t)
  const net = pooledHttp()
  t.after(() => net.close())
  const create = connectorFactories[channel]
  assert.ok(create)
  const blob = { bytes: picture, mimeType: 'image/png', filename: 'a.png' }
  const connector = create({ http: net.http, blob: async () => blob, limits: {} })
  const account: Account = {
    id: 'demo',
    externalId: numbers[channel],
    secrets: { token: tokens[channel] },
    baseUrl: simulator.baseUrl(channel),
    apiVersion: 'v23.0',
    options: {},
  }
  const endpoint: WebhookEndpoint = {
    id: 'hook',
    secrets: ['another-secret', `${channel}-secret`],
    verifyToken: 'verify',
    account: channel === 'telegram' ? 'demo' : null,
  }
  const address = people[channel]

  /** All that the hub was posted, as the connector reads it; each post must be proved. */
  const heard = (posts: readonly Received[]): readonly Inbound[] =>
    posts.flatMap(({ raw, headers }) => {
      const texts = Object.entries(headers).map(([name, value]) => [name, String(value)])
      const request = {
        method: 'POST',
        query: {},
        headers: Object.fromEntries(texts),
        body: raw,
      } as const
      assert.equal(connector.webhook.verify(request, endpoint), true)
      return connector.webhook
        .split(raw, endpoint)
        .flatMap(({ item, context }) => connector.parse(item, context, 1))
    })

  return {
    hub,
    heard,
    connector,
    phone: () => simulator.phones.at(channel, address),
    send: (content: Content, replyTo?: string) =>
      connector.send(
        { address, content, echo, ...(replyTo !== undefined && { replyTo }) },
        account,
        new AbortController().signal,
      ),
    async answer(body: object) {
      const url = `http://127.0.0.1:${simulator.port}/simulator/phones/${channel}/${address}/answer`
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      assert.equal(answer.status, 201, await answer.text())
    },
  }
}

for (const channel of Object.keys(people) as Channel[]) {
  describe(`${channel}: connector and simulator`, () => {
    test('words, links and files arrive', async (t) => {
      const { send, phone } = await open(t, channel)
      const contents: Content[] = [
        { type: 'text', text: 'Olá 👋 "aspas" & mais' },
        { type: 'image', url: 'https://files.example/a.png' },
        { type: 'document', blobId: 'b', filename: 'conta.pdf' },
        { type: 'image', blobId: 'b' },
      ]
      for (const content of contents) {
        const outcome = await send(content)
        assert.equal(outcome.kind, 'sent', JSON.stringify(outcome))
      }
      const arrived = phone().messages.filter(({ direction }) => direction === 'to-phone')
      assert.deepEqual(
        arrived.map(({ content }) => content.type),
        ['text', 'image', 'document', 'image'],
      )
      const [first] = arrived
      assert.equal(first?.content.type === 'text' && first.content.text, 'Olá 👋 "aspas" & mais')
    })

    test('an answer comes back, and one that quotes it goes out', async (t) => {
      const { hub, heard, send, phone, answer } = await open(t, channel)
      await answer({ text: 'Tudo bem? é sério: 日本' })
      await hub.until((posts) => heard(posts).some(({ kind }) => kind === 'message'))
      const message = heard(hub.posts).find(({ kind }) => kind === 'message')
      assert.ok(message?.kind === 'message')
      assert.equal(message.address, people[channel])
      assert.equal(message.account, channel === 'telegram' ? 'demo' : numbers[channel])
      assert.deepEqual(message.content, { type: 'text', text: 'Tudo bem? é sério: 日本' })

      const outcome = await send({ type: 'text', text: 'sim' }, message.providerMessageId)
      assert.equal(outcome.kind, 'sent')
      const [written, quoting] = phone().messages
      assert.equal(quoting?.replyTo, written?.providerMessageId)
    })

    test('a picture and a place come back', async (t) => {
      const { hub, heard, answer } = await open(t, channel)
      await answer({ image: { caption: 'olha' } })
      await answer({ location: { latitude: -22.9, longitude: -43.2, name: 'Cristo' } })
      const contents = (posts: readonly Received[]) =>
        heard(posts).flatMap((each) => (each.kind === 'message' ? [each.content] : []))
      await hub.until((posts) => contents(posts).length >= 2)
      const [image] = contents(hub.posts)
      assert.equal(image?.type, 'image')
      assert.ok(image?.type === 'image' && (image.mediaId ?? image.url))
    })

    test('receipts come as far as the capabilities say', async (t) => {
      const { hub, heard, connector, send } = await open(t, channel)
      const outcome = await send({ type: 'text', text: 'oi' })
      assert.ok(outcome.kind === 'sent')
      const { receipts, settlement } = connector.capabilities
      const expected = receipts.filter((each) => each === 'delivered' || each === 'read')
      const told = (posts: readonly Received[]) =>
        heard(posts).flatMap((each) => (each.kind === 'receipt' ? [each] : []))
      const done = (posts: readonly Received[]) =>
        expected.every((status) => told(posts).some((each) => each.status === status))
      await hub.until((posts) => channel === 'telegram' || done(posts))

      const all = told(hub.posts)
      if (settlement !== null) {
        assert.ok(
          all.some((each) => each.echo === echo),
          'our mark did not come back',
        )
      }
      for (const { providerMessageId, address } of all) {
        if (providerMessageId !== null) assert.equal(providerMessageId, outcome.providerMessageId)
        assert.equal(address, people[channel])
      }
      assert.ok(!heard(hub.posts).some(({ kind }) => kind === 'unsupported'))
    })
  })
}
