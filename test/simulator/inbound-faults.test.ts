import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { FaultRule } from '../../connectors/simulator/fault-plan.ts'
import { faults } from '../../connectors/simulator/faults.ts'
import { startSimulator } from '../../connectors/simulator/start-simulator.ts'
import { atOnce, numbers, openSimulator, post, tokens } from './open-simulator.ts'
import { type Received, receiver } from './receiver.ts'

const [ana, davi] = ['5511999990001', '900000004']
const point = Buffer.from('a point').toString('base64')

interface Message {
  readonly id: string
  readonly from: string
  readonly from_user_id?: string
  readonly timestamp: string
  readonly text: { readonly body: string }
}
interface Value {
  readonly metadata: { readonly phone_number_id: string }
  readonly contacts: readonly { readonly wa_id?: string; readonly user_id?: string }[]
  readonly messages: readonly Message[]
}
interface Update {
  readonly callback_query?: object
  readonly message?: {
    readonly message_id: number
    readonly text?: string
    readonly media_group_id?: string
    readonly photo?: readonly object[]
    readonly document?: { readonly file_id: string; readonly file_size: number }
  }
}
const valuesOf = ({ body }: Received): readonly Value[] =>
  (body as { entry: { changes: { value: Value }[] }[] }).entry.flatMap(({ changes }) =>
    changes.map(({ value }) => value),
  )
const messagesOf = (posts: readonly Received[]) =>
  posts.flatMap(valuesOf).flatMap(({ messages }) => messages)
const updatesOf = (posts: readonly Received[]) => posts.map(({ body }) => body as Update)

async function open(t: TestContext, ...script: FaultRule[]) {
  const { simulator, hub } = await openSimulator(t, { faults: { script, holdMs: 60 } })
  const says = async (channel: 'whatsapp' | 'telegram', body: object) => {
    const address = channel === 'whatsapp' ? ana : davi
    const url = `http://127.0.0.1:${simulator.port}/simulator/phones/${channel}/${address}/answer`
    const { status, body: answered } = await post(url, body)
    assert.equal(status, 201, JSON.stringify(answered))
  }
  return { simulator, hub, says }
}

describe('faults of what a person writes on WhatsApp', () => {
  test('mixed-batch waits for somebody who writes to another account, and comes with that', async (t) => {
    const hub = await receiver()
    const account = (accountId: string) => ({
      ...({
        channel: 'whatsapp',
        accountId,
        token: 't',
        secret: 's',
        webhookUrl: hub.url,
      } as const),
    })
    const simulator = await startSimulator({
      port: 0,
      accounts: [account('1'), account('2')],
      latencies: atOnce,
      faults: { script: [{ fault: 'mixed-batch', times: 3 }] },
    })
    t.after(async () => {
      await simulator.close()
      await hub.close()
    })
    const phone = `http://127.0.0.1:${simulator.port}/simulator/phones/whatsapp/${ana}`
    for (const to of ['1', '1', '2']) await post(`${phone}/answer`, { text: 'oi', account: to })
    await simulator.settled()
    assert.equal(hub.posts.length, 1)
    const told = hub.posts.flatMap(valuesOf)
    assert.deepEqual(
      told.map(({ metadata, messages }) => [metadata.phone_number_id, messages.length]),
      [
        ['1', 2],
        ['2', 1],
      ],
    )
  })

  test('mixed-batch comes alone when nobody writes to another account', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'mixed-batch' })
    await says('whatsapp', { text: 'oi' })
    await simulator.settled()
    assert.deepEqual(
      messagesOf(hub.posts).map(({ text }) => text.body),
      ['oi'],
    )
  })

  test('large-body comes 500 times in one POST of more than a megabyte', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'large-body' })
    await says('whatsapp', { text: 'oi' })
    await simulator.settled()
    assert.equal(hub.posts.length, 1)
    assert.ok((hub.posts[0]?.raw.length ?? 0) > 1_500_000)
    const texts = messagesOf(hub.posts).map(({ text }) => text.body.replace(/ x+$/, ''))
    assert.deepEqual(
      texts,
      Array.from({ length: 500 }, (_, index) => `oi ${index + 1}`),
    )
  })

  test('late-replay comes three times with one id and a time of three days ago', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'late-replay' })
    await says('whatsapp', { text: 'oi' })
    await simulator.settled()
    const told = messagesOf(hub.posts)
    assert.deepEqual([hub.posts.length, told.length], [3, 3])
    assert.equal(new Set(told.map(({ id }) => id)).size, 1)
    for (const { timestamp } of told) {
      const daysAgo = (Date.now() / 1000 - Number(timestamp)) / 86_400
      assert.ok(Math.abs(daysAgo - 3) < 0.01, timestamp)
    }
  })

  test('bsuid-only names the person by the id alone, bsuid-and-number by both, and both are one phone', async (t) => {
    const { simulator, hub, says } = await open(
      t,
      { fault: 'bsuid-only' },
      { fault: 'bsuid-and-number', nth: 2 },
    )
    for (const text of ['id', 'both', 'number']) {
      await says('whatsapp', { text })
      await simulator.settled()
    }
    const told = hub.posts.flatMap(valuesOf).map(({ contacts: [contact], messages: [message] }) => [
      [message?.from, message?.from_user_id],
      [contact?.wa_id, contact?.user_id],
    ])
    const id = messagesOf(hub.posts)[0]?.from_user_id ?? ''
    assert.match(id, /^[A-Z]{2}\.[0-9A-Za-z]{1,128}$/)
    assert.deepEqual(told, [
      [
        [id, id],
        [undefined, id],
      ],
      [
        [ana, id],
        [ana, id],
      ],
      [
        [ana, undefined],
        [ana, undefined],
      ],
    ])
    const url = `${simulator.baseUrl('whatsapp')}/v23.0/${numbers.whatsapp}/messages`
    const text = { messaging_product: 'whatsapp', recipient: id, type: 'text', text: { body: 'x' } }
    assert.equal((await post(url, text, tokens.whatsapp)).status, 200)
    assert.equal(simulator.phones.find('whatsapp', ana)?.arrived, 1)
  })
})

describe('faults of what a person writes on Telegram', () => {
  test('album-split tells of a picture in two updates of one group', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'album-split' })
    await says('telegram', { text: 'no picture, no album' })
    await says('telegram', { image: {} })
    await simulator.settled()
    const [text, ...parts] = updatesOf(hub.posts).map(({ message }) => message)
    assert.equal(text?.media_group_id, undefined)
    const [first, second] = parts
    assert.ok(first?.photo && second?.photo && parts.length === 2)
    assert.match(first.media_group_id ?? '', /^\d+$/)
    assert.equal(second.media_group_id, first.media_group_id)
    assert.equal(second.message_id, first.message_id + 1)
  })

  const kinds = (posts: readonly Received[]) =>
    updatesOf(posts).map(
      ({ message, callback_query }) => message?.text ?? (callback_query && 'tap'),
    )

  test('overtaken-by-tap comes after the tap', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'overtaken-by-tap', nth: 2 })
    await says('telegram', { text: 'oi' })
    await simulator.settled()
    const [{ providerMessageId: replyTo } = { providerMessageId: '' }] =
      simulator.phones.find('telegram', davi)?.messages ?? []
    await says('telegram', { text: 'overtaken' })
    await says('telegram', { choice: { id: 'yes', title: 'Yes' }, replyTo })
    await simulator.settled()
    assert.deepEqual(kinds(hub.posts), ['oi', 'tap', 'overtaken'])
  })

  test('overtaken-by-tap comes without a tap, too, and before what is written after it', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'overtaken-by-tap', nth: 1, times: 2 })
    await says('telegram', { text: '1' })
    await says('telegram', { text: '2' })
    await simulator.settled()
    assert.deepEqual(kinds(hub.posts), ['1', '2'])
  })

  test('file-above-limit is told with its size, and is not given', async (t) => {
    const { simulator, hub, says } = await open(t, { fault: 'file-above-limit' })
    const media = { kind: 'document', base64: point, mimeType: 'application/zip' }
    await says('telegram', { media })
    await simulator.settled()
    const [document] = updatesOf(hub.posts).map(({ message }) => message?.document)
    assert.equal(document?.file_size, 31_000_000)
    const asked = await post(
      `${simulator.baseUrl('telegram')}/bot${tokens.telegram}/getFile?file_id=${document.file_id}`,
      {},
    )
    assert.equal(asked.status, 400)
    assert.match(JSON.stringify(asked.body), /file is too big/)
  })
})

describe('a window that closes on the way', () => {
  test('fails on WhatsApp with 131047 after the 200, and never comes to the phone', async (t) => {
    const { simulator, hub } = await open(t, { fault: 'window-closes' })
    const url = `${simulator.baseUrl('whatsapp')}/v23.0/${numbers.whatsapp}/messages`
    const text = { messaging_product: 'whatsapp', to: ana, type: 'text', text: { body: 'x' } }
    for (let nth = 0; nth < 2; nth++) {
      assert.equal((await post(url, text, tokens.whatsapp)).status, 200)
    }
    await simulator.settled()
    assert.match(JSON.stringify(hub.posts.map(({ body }) => body)), /"code":131047/)
    assert.equal(simulator.phones.find('whatsapp', ana)?.arrived, 1)
  })

  test('is refused by Messenger as outside of the window', async (t) => {
    const { simulator } = await open(t, { fault: 'window-closes' })
    const answer = await post(
      `${simulator.baseUrl('messenger')}/v23.0/me/messages`,
      { recipient: { id: '7100000000000002' }, messaging_type: 'RESPONSE', message: { text: 'x' } },
      tokens.messenger,
    )
    assert.deepEqual([answer.status, /2018278/.test(JSON.stringify(answer.body))], [400, true])
  })
})

test('a script names its faults as they are, where they can happen, and rates have no part in them', () => {
  const wrong = (plan: object, why: RegExp) => assert.throws(() => faults('1', plan), why)
  wrong({ script: [{ fault: 'album-splitt' }] }, /no fault; did you mean 'album-split'\?/)
  wrong(
    { script: [{ fault: 'album-split', channel: 'whatsapp' }] },
    /'album-split' happens on telegram, and not on 'whatsapp'/,
  )
  wrong({ script: [{ fault: 'slow', channel: 'whatsap' }] }, /there is no channel 'whatsap'/)
  wrong({ rates: { 'large-body': 0.1 } }, /'large-body' happens by script only/)
})
