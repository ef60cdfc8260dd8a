import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Simulator } from '../../connectors/simulator/start-simulator.ts'
import { numbers, openSimulator, post, tokens } from './open-simulator.ts'
import type { Received } from './receiver.ts'

interface Event {
  readonly sender: { readonly id: string }
  readonly recipient: { readonly id: string }
  readonly timestamp: number
  readonly message?: {
    readonly mid: string
    readonly is_echo?: boolean
    readonly metadata?: string
    readonly text?: string
    readonly reply_to?: { readonly mid: string }
    readonly attachments?: readonly { readonly payload: { readonly url: string } }[]
  }
  readonly delivery?: { readonly mids?: readonly string[]; readonly watermark: number }
  readonly read?: { readonly watermark?: number; readonly mid?: string }
}
const eventsOf = (posts: readonly Received[]) =>
  posts.flatMap(({ body }) =>
    (body as { entry: { id: string; messaging: Event[] }[] }).entry.flatMap(
      ({ messaging }) => messaging,
    ),
  )

const cases = [
  {
    channel: 'messenger',
    object: 'page',
    address: '7100000000000002',
    longest: 'é'.repeat(2000),
    tooLong: 'é'.repeat(2001),
    windowSubcode: 2018278,
  },
  {
    channel: 'instagram',
    object: 'instagram',
    address: '8100000000000003',
    // Bytes, not characters.
    longest: 'é'.repeat(500),
    tooLong: 'é'.repeat(501),
    windowSubcode: 2534022,
  },
] as const

const send = (
  simulator: Simulator,
  channel: 'messenger' | 'instagram',
  body: object,
  path: string,
) =>
  post(
    `${simulator.baseUrl(channel)}/v23.0/${path}/messages`,
    { messaging_type: 'RESPONSE', ...body },
    tokens[channel],
  )
const errorOf = (body: unknown) =>
  (body as { error: { code: number; error_subcode?: number } }).error

for (const { channel, object, address, longest, tooLong, windowSubcode } of cases) {
  const text = (said: string, to: string = address) => ({
    recipient: { id: to },
    message: { text: said, metadata: 'd1.1' },
  })

  describe(`${channel} in the simulator`, () => {
    test('takes a text by account id and by me, and shows it on the phone', async (t) => {
      const { simulator } = await openSimulator(t)
      for (const path of [numbers[channel], 'me']) {
        const { status, body } = await send(simulator, channel, text(longest), path)
        assert.equal(status, 200)
        assert.equal((body as { recipient_id: string }).recipient_id, address)
      }
      const [shown] = simulator.phones.find(channel, address)?.messages ?? []
      assert.deepEqual(shown?.content, { type: 'text', text: longest })
      assert.equal(shown?.echo, 'd1.1')
    })

    test('tells an echo with our metadata and the receipts that the channel has, signed', async (t) => {
      // Some time passes before the echo is told: it names the message's time all the same.
      const latencies = { sent: [20, 20], delivered: [0, 0], read: [0, 0] } as const
      const { simulator, hub } = await openSimulator(t, { latencies })
      const { body } = await send(simulator, channel, text('olá'), 'me')
      const mid = (body as { message_id: string }).message_id
      await hub.until((posts) => eventsOf(posts).some(({ read }) => read))
      const [first] = hub.posts
      assert.ok(first)
      const mac = createHmac('sha256', `${channel}-secret`).update(first.raw).digest('hex')
      assert.equal(first.headers['x-hub-signature-256'], `sha256=${mac}`)
      assert.equal((first.body as { object: string }).object, object)

      const [echo, ...receipts] = eventsOf(hub.posts)
      assert.equal(echo?.sender.id, numbers[channel])
      assert.equal(echo?.message?.mid, mid)
      assert.equal(echo?.message?.is_echo, true)
      assert.equal(echo?.message?.metadata, 'd1.1')
      const atMs = simulator.phones.find(channel, address)?.messages[0]?.atMs ?? 0
      assert.equal(echo?.timestamp, atMs)
      assert.deepEqual(
        receipts.map(({ delivery, read }) => delivery ?? read),
        channel === 'messenger'
          ? [{ mids: [mid], watermark: atMs }, { watermark: atMs }]
          : [{ mid }],
      )
    })

    const refusals = [
      ['a text that is too long', text(tooLong), 100, undefined],
      ['an empty message', { recipient: { id: address }, message: {} }, 100, 2018034],
      ['no recipient', { message: { text: 'x' } }, 100, undefined],
      ['a person nobody knows', text('x', 'ana'), 100, 2018001],
      [
        'a picture that nobody uploaded',
        {
          recipient: { id: address },
          message: { attachment: { type: 'image', payload: { attachment_id: '1' } } },
        },
        100,
        2018074,
      ],
    ] as const
    for (const [what, body, code, subcode] of refusals) {
      test(`refuses ${what}`, async (t) => {
        const { simulator } = await openSimulator(t)
        const answer = await send(simulator, channel, body, 'me')
        assert.equal(answer.status, 400)
        assert.equal(errorOf(answer.body).code, code)
        assert.equal(errorOf(answer.body).error_subcode, subcode)
        assert.equal(simulator.phones.find(channel, address)?.messages.length, 0)
      })
    }

    test('refuses outside the window with its own subcode, until the person writes', async (t) => {
      const { simulator, hub } = await openSimulator(t, { windows: 'enforced' })
      const stranger = '7999999999999999'
      const refused = await send(simulator, channel, text('x', stranger), 'me')
      assert.equal(refused.status, 400)
      assert.equal(errorOf(refused.body).code, 10)
      assert.equal(errorOf(refused.body).error_subcode, windowSubcode)
      const api = `http://127.0.0.1:${simulator.port}/simulator/phones/${channel}/${stranger}/answer`
      await post(api, { text: 'oi' })
      assert.equal((await send(simulator, channel, text('x', stranger), 'me')).status, 200)
      await hub.until((posts) => eventsOf(posts).some(({ message }) => message?.text === 'oi'))
    })

    test('closes the window a day after the person wrote', async (t) => {
      let nowMs = Date.now()
      const { simulator } = await openSimulator(t, { windows: 'enforced', nowMs: () => nowMs })
      const stranger = '7999999999999999'
      const api = `http://127.0.0.1:${simulator.port}/simulator/phones/${channel}/${stranger}/answer`
      await post(api, { text: 'oi' })
      nowMs += 24 * 3_600_000 - 1
      assert.equal((await send(simulator, channel, text('x', stranger), 'me')).status, 200)
      nowMs += 1
      assert.equal((await send(simulator, channel, text('x', stranger), 'me')).status, 400)
    })

    test('gives what a person sends as a link that needs no token and ends', async (t) => {
      let nowMs = Date.now()
      const { simulator, hub } = await openSimulator(t, { nowMs: () => nowMs })
      const sent = await send(simulator, channel, text('look?'), 'me')
      const replyTo = (sent.body as { message_id: string }).message_id
      const api = `http://127.0.0.1:${simulator.port}/simulator/phones/${channel}/${address}/answer`
      await post(api, { image: {}, replyTo })
      const pictures = (posts: readonly Received[]) =>
        eventsOf(posts).filter(({ message }) => message?.attachments)
      await hub.until((posts) => pictures(posts).length === 1)
      const [picture] = pictures(hub.posts)
      assert.equal(picture?.sender.id, address)
      assert.equal(picture?.message?.reply_to?.mid, replyTo)
      const url = picture?.message?.attachments?.[0]?.payload.url ?? ''
      assert.equal((await fetch(url)).headers.get('content-type'), 'image/png')
      nowMs += 25 * 3_600_000
      assert.equal((await fetch(url)).status, 403)
    })

    test('takes an upload first and its attachment id later', async (t) => {
      const { simulator } = await openSimulator(t)
      const form = new FormData()
      const message = { attachment: { type: 'image', payload: { is_reusable: true } } }
      form.set('message', JSON.stringify(message))
      form.set('filedata', new Blob(['png'], { type: 'image/png' }), 'a.png')
      const url = `${simulator.baseUrl(channel)}/v23.0/me/message_attachments`
      const headers = { authorization: `Bearer ${tokens[channel]}` }
      const answer = await fetch(url, { method: 'POST', headers, body: form })
      const { attachment_id } = (await answer.json()) as { attachment_id: string }
      const attachment = { type: 'image', payload: { attachment_id } }
      const body = { recipient: { id: address }, message: { attachment } }
      assert.equal((await send(simulator, channel, body, 'me')).status, 200)
      const [shown] = simulator.phones.find(channel, address)?.messages ?? []
      assert.deepEqual(shown?.content, { type: 'image', mediaId: attachment_id })
    })
  })
}
