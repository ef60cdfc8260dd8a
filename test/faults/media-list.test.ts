import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type FaultScene, faultScene } from './fault-scene.ts'

interface Said {
  readonly type: string
  readonly text?: string
  readonly blobId?: string
  readonly mimeType?: string
  readonly sizeBytes?: number
  readonly url?: string
  readonly mediaId?: string
  readonly unavailable?: string
}

/** A PNG of one point. */
const point =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const pointId = createHash('sha256').update(Buffer.from(point, 'base64')).digest('hex')

// What people send is fetched at once: links to it end after minutes.
describe('faults of files that come in', { timeout: 180_000 }, () => {
  let scene: FaultScene
  before(async () => {
    scene = await faultScene()
  })
  after(() => scene.close())

  /** What was said up to this text, of those whom the address names. */
  async function heard(address: string, last: string): Promise<readonly Said[]> {
    const endMs = Date.now() + 40_000
    for (;;) {
      const { json } = await scene.api('GET', '/v1/events?limit=1000')
      const said: Said[] = json.events
        .filter((each: { type: string; data: { from?: unknown } }) => {
          const isTheirs = JSON.stringify(each.data).includes(address)
          return each.type === 'message.received' && isTheirs
        })
        .map(({ data }: { data: { content: Said } }) => data.content)
      if (said.some(({ text }) => text === last)) return said
      assert.ok(Date.now() < endMs, `${last} never came: ${JSON.stringify(json.events.slice(-3))}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  for (const [channel, address] of [
    ['whatsapp', '5511977790001'],
    ['messenger', '600000790001'],
    ['instagram', '700000790001'],
    ['telegram', '7000790001'],
  ] as const) {
    test(`${channel}: a picture is here when the client hears of it, and before what was written after it`, async () => {
      await scene.phone(channel, address)
      await scene.says(channel, address, { image: { base64: point, mimeType: 'image/png' } })
      await scene.says(channel, address, { text: `after the picture on ${channel}` })
      const [picture, text] = await heard(address, `after the picture on ${channel}`)
      assert.equal(text?.type, 'text')
      assert.ok(picture)
      const { type, blobId, mimeType, sizeBytes, url, mediaId } = picture
      assert.deepEqual([type, blobId, mimeType], ['image', pointId, 'image/png'])
      assert.equal(sizeBytes, Buffer.from(point, 'base64').length)
      assert.deepEqual([url, mediaId], [undefined, undefined])
      const about = await scene.api('GET', `/v1/blobs/${blobId}/about`)
      assert.equal(about.status, 200)
    })
  }

  test('a link of WhatsApp that has ended is had anew', async () => {
    const address = '5511977790002'
    await scene.script({ fault: 'media-link-ended', channel: 'whatsapp', times: 2 })
    await scene.says('whatsapp', address, { image: { base64: point, mimeType: 'image/png' } })
    await scene.says('whatsapp', address, { text: 'after the ended link' })
    const said = await heard(address, 'after the ended link')
    assert.deepEqual(
      said.map(({ type, blobId, unavailable }) => [type, blobId, unavailable]),
      [
        ['image', pointId, undefined],
        ['text', undefined, undefined],
      ],
    )
    assert.match(JSON.stringify(await scene.stats()), /"media-link-ended":2/)
  })

  test('a link of Messenger that has ended leaves a message that says so, and holds up nothing', async () => {
    const address = '600000790002'
    await scene.script({ fault: 'media-link-ended', channel: 'messenger', address })
    await scene.says('messenger', address, { image: { base64: point, mimeType: 'image/png' } })
    await scene.says('messenger', address, { text: 'after the lost picture' })
    const [picture] = await heard(address, 'after the lost picture')
    assert.equal(picture?.type, 'image')
    assert.match(picture.unavailable ?? '', /link has ended/)
    assert.deepEqual([picture.blobId, picture.url], [undefined, undefined])
  })

  test('what the bytes say is believed: a program that calls itself a picture is not kept', async () => {
    const address = '5511977790003'
    const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(64)])
    await scene.says('whatsapp', address, {
      media: { kind: 'image', base64: program.toString('base64'), mimeType: 'image/png' },
    })
    await scene.says('whatsapp', address, { text: 'after the program' })
    const [picture] = await heard(address, 'after the program')
    assert.match(picture?.unavailable ?? '', /not taken/)
    assert.equal(picture?.blobId, undefined)
  })
})
