import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Simulator } from '../../connectors/simulator/start-simulator.ts'
import { numbers, openSimulator, post, tokens } from './open-simulator.ts'
import type { Received } from './receiver.ts'

const ana = '5511999990001'
const text = (to: string, body: string, echo?: string) => ({
  messaging_product: 'whatsapp',
  to,
  type: 'text',
  text: { body },
  ...(echo === undefined ? {} : { biz_opaque_callback_data: echo }),
})

const send = (simulator: Simulator, body: unknown, token: string = tokens.whatsapp) =>
  post(`${simulator.baseUrl('whatsapp')}/v23.0/${numbers.whatsapp}/messages`, body, token)

interface Value {
  readonly statuses?: readonly { readonly [name: string]: unknown }[]
  readonly messages?: readonly { readonly [name: string]: unknown }[]
  readonly contacts?: readonly unknown[]
  readonly metadata: { readonly phone_number_id: string }
}
const valuesOf = (posts: readonly Received[]): readonly Value[] =>
  posts.flatMap(({ body }) =>
    (body as { entry: { changes: { value: Value }[] }[] }).entry.flatMap(({ changes }) =>
      changes.map(({ value }) => value),
    ),
  )
const statusesOf = (posts: readonly Received[]) =>
  valuesOf(posts).flatMap(({ statuses = [] }) => statuses)

describe('WhatsApp in the simulator', () => {
  test('takes a text, shows it on the phone and tells sent, delivered and read with our callback data', async (t) => {
    const { simulator, hub } = await openSimulator(t)
    const { status, body } = await send(simulator, text(ana, 'olá', 'd1.1'))
    assert.equal(status, 200)
    const { contacts, messages } = body as {
      contacts: { wa_id: string }[]
      messages: { id: string; message_status: string }[]
    }
    assert.equal(contacts[0]?.wa_id, ana)
    assert.match(messages[0]?.id ?? '', /^wamid\./)
    assert.equal(messages[0]?.message_status, 'accepted')

    const [shown] = simulator.phones.find('whatsapp', ana)?.messages ?? []
    assert.deepEqual(shown?.content, { type: 'text', text: 'olá' })
    assert.equal(shown?.echo, 'd1.1')

    await hub.until((posts) => statusesOf(posts).length === 3)
    const statuses = statusesOf(hub.posts)
    assert.deepEqual(
      statuses.map(({ status }) => status),
      ['sent', 'delivered', 'read'],
    )
    for (const each of statuses) {
      assert.equal(each['id'], messages[0]?.id)
      assert.equal(each['biz_opaque_callback_data'], 'd1.1')
      assert.equal(each['recipient_id'], ana)
      assert.match(String(each['timestamp']), /^\d{10}$/)
    }
  })

  test('signs the raw bytes, in which everything beyond ASCII is escaped', async (t) => {
    const { simulator, hub } = await openSimulator(t)
    await post(`http://127.0.0.1:${simulator.port}/simulator/phones/whatsapp/${ana}/answer`, {
      text: 'não 👋',
    })
    await hub.until((posts) => posts.length > 0)
    const [first] = hub.posts
    assert.ok(first)
    const mac = createHmac('sha256', 'whatsapp-secret').update(first.raw).digest('hex')
    assert.equal(first.headers['x-hub-signature-256'], `sha256=${mac}`)
    assert.match(first.raw.toString('latin1'), /n\\u00e3o \\ud83d\\udc4b/)
    const [value] = valuesOf(hub.posts)
    assert.equal(value?.metadata.phone_number_id, numbers.whatsapp)
    const [message] = value?.messages ?? []
    assert.equal(message?.['from'], ana)
    assert.deepEqual(message?.['text'], { body: 'não 👋' })
    assert.deepEqual(value?.contacts, [{ profile: { name: 'Ana' }, wa_id: ana }])
  })

  const refusals: readonly (readonly [string, unknown, number, number])[] = [
    ['a text of 4097 characters', text(ana, 'x'.repeat(4097)), 400, 100],
    ['an empty text', text(ana, ''), 400, 131008],
    ['no messaging_product', { to: ana, type: 'text', text: { body: 'x' } }, 400, 100],
    ['an address that is no number', text('ana', 'x'), 400, 131009],
    [
      'an unknown type',
      { messaging_product: 'whatsapp', to: ana, type: 'poll', poll: {} },
      400,
      131051,
    ],
    [
      'a picture with id and link',
      {
        messaging_product: 'whatsapp',
        to: ana,
        type: 'image',
        image: { id: '1', link: 'https://x/y.png' },
      },
      400,
      100,
    ],
    [
      'a medium that nobody uploaded',
      { messaging_product: 'whatsapp', to: ana, type: 'image', image: { id: '1' } },
      400,
      131009,
    ],
  ]
  for (const [what, body, status, code] of refusals) {
    test(`refuses ${what} in Meta's envelope, and shows nothing`, async (t) => {
      const { simulator } = await openSimulator(t)
      const answer = await send(simulator, body)
      assert.equal(answer.status, status)
      const { error } = answer.body as { error: { code: number; fbtrace_id: string } }
      assert.equal(error.code, code)
      assert.ok(error.fbtrace_id)
      assert.equal(simulator.phones.find('whatsapp', ana)?.messages.length, 0)
    })
  }

  test('answers a wrong token with 190', async (t) => {
    const { simulator } = await openSimulator(t)
    const { status, body } = await send(simulator, text(ana, 'x'), 'another')
    assert.equal(status, 401)
    assert.equal((body as { error: { code: number } }).error.code, 190)
  })

  test('outside the window accepts, then fails with 131047 and shows nothing; an answer opens it', async (t) => {
    const { simulator, hub } = await openSimulator(t, { windows: 'enforced' })
    const bia = '5521988880002'
    assert.equal((await send(simulator, text(bia, 'first', 'd1.1'))).status, 200)
    await hub.until((posts) => statusesOf(posts).length === 1)
    const [failed] = statusesOf(hub.posts)
    assert.equal(failed?.['status'], 'failed')
    assert.equal(failed?.['biz_opaque_callback_data'], 'd1.1')
    const [error] = (failed?.['errors'] ?? []) as { code: number }[]
    assert.equal(error?.code, 131047)
    assert.equal(simulator.phones.find('whatsapp', bia)?.messages.length, 0)

    const api = `http://127.0.0.1:${simulator.port}/simulator/phones/whatsapp/${bia}/answer`
    assert.equal((await post(api, { text: 'oi' })).status, 201)
    await send(simulator, text(bia, 'second'))
    await hub.until((posts) => statusesOf(posts).some(({ status }) => status === 'read'))
    const shown = simulator.phones.find('whatsapp', bia)?.messages ?? []
    assert.deepEqual(
      shown.map(({ direction }) => direction),
      ['from-phone', 'to-phone'],
    )
  })

  test('knows a Brazilian number that was given without its ninth digit, and says so', async (t) => {
    const { simulator } = await openSimulator(t)
    const { body } = await send(simulator, text('551199990001', 'x'))
    const [contact] = (body as { contacts: unknown[] }).contacts
    assert.deepEqual(contact, { input: '551199990001', wa_id: ana })
  })

  test('holds its webhooks while the hub is away and tells all of it later', async (t) => {
    const { simulator, hub } = await openSimulator(t)
    hub.answer = ({ headers }) => (headers['x-hub-signature-256'] ? 503 : 200)
    await send(simulator, text(ana, 'one'))
    await hub.until((posts) => posts.length >= 3)
    hub.answer = () => 200
    const heard = hub.posts.length
    await simulator.settled()
    const statuses = statusesOf(hub.posts.slice(heard)).map(({ status }) => status)
    assert.deepEqual(new Set(statuses), new Set(['delivered', 'read', 'sent']))
  })
})
