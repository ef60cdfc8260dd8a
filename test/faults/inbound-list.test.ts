import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { until } from '../until.ts'
import { type FaultScene, faultScene } from './fault-scene.ts'

const demo = '100000000000001'
const acme = '100000000000009'
const davi = '7200000001'

/** A PNG of one point. */
const point =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

interface Received {
  readonly content?: { readonly filename?: string }
}

interface Stats {
  readonly webhooks: { readonly whatsapp: { readonly posts: number; readonly failedPosts: number } }
}

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

  /** How many POSTs of WhatsApp the hub has taken. */
  const posts = async () => {
    const { whatsapp } = ((await scene.stats()) as Stats).webhooks
    return whatsapp.posts - whatsapp.failedPosts
  }

  /** Sends buttons, and answers the provider's id of them. */
  async function asked(messageId: string, address: string): Promise<string | undefined> {
    await scene.phone('telegram', address)
    const buttons = [{ title: 'Yes', id: 'yes' }]
    const sent = await scene.api('POST', '/v1/messages', {
      messageId,
      to: { channel: 'telegram', address },
      content: { type: 'buttons', text: 'Shall we?', buttons },
    })
    assert.equal(sent.status, 202, JSON.stringify(sent.json))
    await scene.shows(messageId, ({ status }) => status === 'sent')
    const [first] = await scene.messages('telegram', address)
    return first?.providerMessageId
  }

  test('a batch that mixes tenants gives each what is theirs, and nobody the others', async () => {
    const made = await scene.api('POST', '/v1/keys', {
      name: 'acme',
      role: 'reader',
      tenant: 'acme',
    })
    assert.equal(made.status, 201, JSON.stringify(made.json))
    await scene.script({ fault: 'mixed-batch', channel: 'whatsapp', times: 3 })
    const before = await posts()
    for (const [account, person, text] of [
      [demo, '5511977770001', 'mixed for demo'],
      [demo, '5511977770001', 'mixed for demo again'],
      [acme, '5511977770002', 'mixed for acme'],
    ] as const) {
      await scene.says('whatsapp', person, { text, account })
    }
    const ours = await heard('mixed for demo again')
    assert.ok(!ours.includes('mixed for acme'))
    const theirs = await heard('mixed for acme', made.json.key)
    assert.deepEqual(theirs, ['mixed for acme'])
    assert.equal((await posts()) - before, 1)
  })

  test('a body above a megabyte is taken whole', async () => {
    await scene.script({ fault: 'large-body', channel: 'whatsapp' })
    const before = await posts()
    await scene.says('whatsapp', '5511977770003', { text: 'big' })
    const texts = Array.from({ length: 500 }, (_, index) => `big ${index + 1} ${'x'.repeat(3_000)}`)
    assert.ok(texts.join().length > 1_500_000)
    await heard(texts.at(-1) ?? '')
    const came = (await scene.received()).filter((text) => text.startsWith('big '))
    assert.deepEqual(came, texts)
    assert.equal((await posts()) - before, 1)
  })

  test('a webhook that is posted again three days later tells nothing a second time', async () => {
    const address = '5511977770004'
    await scene.script({ fault: 'late-replay', channel: 'whatsapp', address })
    const before = await posts()
    await scene.says('whatsapp', address, { text: 'three days ago' })
    await until('it is posted three times', async () => (await posts()) - before === 3)
    await scene.says('whatsapp', address, { text: 'after the replay' })
    const texts = await heard('after the replay')
    assert.equal(texts.filter((text) => text === 'three days ago').length, 1)
  })

  test('the parts of an album come each as a message, in order', async () => {
    await scene.script({ fault: 'album-split', channel: 'telegram', address: davi })
    await scene.says('telegram', davi, { image: { base64: point, mimeType: 'image/png' } })
    await scene.says('telegram', davi, { text: 'after the album' })
    const texts = await heard('after the album')
    assert.deepEqual(texts.slice(-3), ['image', 'image', 'after the album'])
  })

  test('a button that overtakes the message before it loses neither', async () => {
    const address = '7200000045'
    const replyTo = await asked('asks-first', address)
    await scene.script({ fault: 'overtaken-by-tap', channel: 'telegram', address })
    await scene.says('telegram', address, { text: 'overtaken by a button' })
    await scene.says('telegram', address, { choice: { id: 'yes', title: 'Yes' }, replyTo })
    const texts = await heard('overtaken by a button')
    assert.deepEqual(texts.slice(-2), ['choice', 'overtaken by a button'])
  })

  test('a button that was tapped does not wait, though nobody answers in words', async () => {
    const address = '7200000044'
    const replyTo = await asked('asks', address)
    await scene.says('telegram', address, { choice: { id: 'yes', title: 'Yes' }, replyTo })
    // From the moment it is tapped it waits.
    await until('the tap is answered', async () =>
      JSON.stringify(await scene.stats()).includes('"openTaps":0'),
    )
  })

  test('a file above 20 MB, which no bot may fetch, comes as a message that says so', async () => {
    await scene.script({ fault: 'file-above-limit', channel: 'telegram', address: davi })
    await scene.says('telegram', davi, {
      media: { kind: 'document', base64: point, mimeType: 'application/zip', filename: 'a.zip' },
    })
    await scene.says('telegram', davi, { text: 'after the file' })
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
