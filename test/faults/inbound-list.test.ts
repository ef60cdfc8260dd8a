import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { until } from '../until.ts'
import { type FaultScene, faultScene } from './fault-scene.ts'

const demo = '100000000000001'
const acme = '100000000000009'
const day = 86_400

/** A webhook of Meta with what people wrote to these numbers. */
const written = (
  ...messages: readonly { to: string; from: string; text: string; at?: number }[]
) => ({
  object: 'whatsapp_business_account',
  entry: messages.map(({ to, from, text, at = Math.floor(Date.now() / 1000) }) => ({
    id: `9${to}`,
    changes: [
      {
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: '5511900000000', phone_number_id: to },
          contacts: [{ profile: { name: 'X' }, wa_id: from }],
          messages: [
            {
              from,
              id: `wamid.${from}.${text.slice(0, 20)}`,
              timestamp: String(at),
              type: 'text',
              text: { body: text },
            },
          ],
        },
      },
    ],
  })),
})

const update = (id: number, fields: object) => ({
  update_id: id,
  message: {
    message_id: id,
    from: { id: 7200000001, is_bot: false, first_name: 'D' },
    chat: { id: 7200000001, type: 'private', first_name: 'D' },
    date: Math.floor(Date.now() / 1000),
    ...fields,
  },
})
interface Received {
  readonly content?: { readonly filename?: string }
}
const photo = (file_id: string) => ({ file_id, file_unique_id: file_id, width: 9, height: 9 })

describe('faults of what comes in', { timeout: 180_000 }, () => {
  let scene: FaultScene
  before(async () => {
    scene = await faultScene()
  })
  after(() => scene.close())

  /** The texts that the feed has once `last` is among them. */
  async function heard(last: string, key?: string): Promise<readonly string[]> {
    const endMs = Date.now() + 30_000
    for (;;) {
      const texts = await scene.received(key)
      if (texts.includes(last)) return texts
      assert.ok(Date.now() < endMs, `${last} never came: ${texts.slice(-5).join(', ')}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  test('a batch that mixes tenants gives each what is theirs, and nobody the others', async () => {
    const made = await scene.api('POST', '/v1/keys', {
      name: 'acme',
      role: 'reader',
      tenant: 'acme',
    })
    assert.equal(made.status, 201, JSON.stringify(made.json))
    const body = written(
      { to: demo, from: '5511977770001', text: 'mixed for demo' },
      { to: acme, from: '5511977770002', text: 'mixed for acme' },
      { to: demo, from: '5511977770001', text: 'mixed for demo again' },
    )
    assert.equal(await scene.meta(body), 200)
    const ours = await heard('mixed for demo again')
    assert.ok(!ours.includes('mixed for acme'))
    const theirs = await heard('mixed for acme', made.json.key)
    assert.deepEqual(theirs, ['mixed for acme'])
  })

  test('a body above a megabyte is taken whole', async () => {
    const filler = 'x'.repeat(3_000)
    const texts = Array.from({ length: 500 }, (_, index) => `big-${index}`)
    const body = written(
      ...texts.map((text) => ({ to: demo, from: '5511977770003', text: `${text} ${filler}` })),
    )
    assert.ok(JSON.stringify(body).length > 1_500_000)
    assert.equal(await scene.meta(body), 200)
    await heard(`big-499 ${filler}`)
    const came = (await scene.received()).flatMap((text) => /^big-\d+/.exec(text)?.[0] ?? [])
    assert.deepEqual(came, texts)
  })

  test('a webhook that is posted again three days later tells nothing a second time', async () => {
    const at = Math.floor(Date.now() / 1000) - 3 * day
    const replayed = written({ to: demo, from: '5511977770004', text: 'three days ago', at })
    for (let time = 0; time < 3; time++) assert.equal(await scene.meta(replayed), 200)
    const next = written({ to: demo, from: '5511977770004', text: 'after the replay' })
    assert.equal(await scene.meta(next), 200)
    const texts = await heard('after the replay')
    assert.equal(texts.filter((text) => text === 'three days ago').length, 1)
  })

  test('the parts of an album come each as a message, in order', async () => {
    const album = { media_group_id: 'g1' }
    assert.equal(await scene.telegram(update(501, { ...album, photo: [photo('p1')] })), 200)
    assert.equal(await scene.telegram(update(502, { ...album, photo: [photo('p2')] })), 200)
    assert.equal(await scene.telegram(update(503, { text: 'after the album' })), 200)
    const texts = await heard('after the album')
    assert.deepEqual(texts.slice(-3), ['image', 'image', 'after the album'])
  })

  test('a button that overtakes the message before it loses neither', async () => {
    const tapped = {
      update_id: 601,
      callback_query: {
        id: 'q1',
        from: { id: 7200000001, is_bot: false, first_name: 'D' },
        message: update(1, { text: 'choose' }).message,
        data: 'yes',
        chat_instance: '1',
      },
    }
    assert.equal(await scene.telegram(tapped), 200)
    assert.equal(await scene.telegram(update(600, { text: 'overtaken by a button' })), 200)
    await heard('overtaken by a button')
  })

  test('a button that was tapped does not wait, though nobody answers in words', async () => {
    const address = '7200000044'
    await scene.phone('telegram', address)
    const buttons = [{ title: 'Yes', id: 'yes' }]
    const sent = await scene.api('POST', '/v1/messages', {
      messageId: 'asks',
      to: { channel: 'telegram', address },
      content: { type: 'buttons', text: 'Shall we?', buttons },
    })
    assert.equal(sent.status, 202, JSON.stringify(sent.json))
    await scene.shows('asks', ({ status }) => status === 'sent')
    const [asked] = await scene.messages('telegram', address)
    const replyTo = asked?.providerMessageId
    await scene.says('telegram', address, { choice: { id: 'yes', title: 'Yes' }, replyTo })
    // From the moment it is tapped it waits.
    await until('the tap is answered', async () =>
      JSON.stringify(await scene.stats()).includes('"openTaps":0'),
    )
  })

  test('a file above 20 MB, which no bot may fetch, comes as a message that says so', async () => {
    const document = { file_id: 'huge', file_unique_id: 'h', file_name: 'a.zip', file_size: 31e6 }
    assert.equal(await scene.telegram(update(701, { document })), 200)
    assert.equal(await scene.telegram(update(702, { text: 'after the file' })), 200)
    const texts = await heard('after the file')
    assert.ok(texts.includes('document'))
    const { json } = await scene.api('GET', '/v1/events?limit=1000')
    const file = json.events.find(
      ({ data }: { data?: Received }) => data?.content?.filename === 'a.zip',
    )
    assert.equal(file.data.content.sizeBytes, 31e6)
    assert.match(file.data.content.unavailable, /a bot may fetch/)
  })
})
