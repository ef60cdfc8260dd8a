import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type FaultScene, faultScene } from './fault-scene.ts'

// What does not get through on one channel goes to the next, through a whole hub and the simulated platforms.

const davi = '7000777'
const isSent = ({ status }: { readonly status: string }) => status === 'sent'
const texts = (of: readonly string[], text: string) => of.filter((each) => each === text).length

describe('a message with a fallback', { timeout: 300_000 }, () => {
  let scene: FaultScene
  before(async () => {
    scene = await faultScene()
    await scene.phone('telegram', davi)
  })
  after(() => scene.close())

  async function send(messageId: string, channel: string, address: string, seconds?: number) {
    const { status, json } = await scene.api('POST', '/v1/messages', {
      messageId,
      to: { channel, address, account: 'demo' },
      fallback: [
        { channel: 'telegram', address: davi, ...(seconds !== undefined && { after: seconds }) },
      ],
      content: { type: 'text', text: messageId },
    })
    assert.equal(status, 202, JSON.stringify(json))
  }

  test('goes there when the platform refuses it, and its status says where it stands', async () => {
    const ana = '7100000000000777'
    await scene.phone('messenger', ana, { windows: 'enforced' })
    await send('refused', 'messenger', ana)
    const { deliveries } = await scene.shows('refused', isSent)
    assert.deepEqual(deliveries.map(({ status }) => status).toSorted(), ['failed', 'sent'])
    assert.deepEqual(await scene.arrived('telegram', davi), ['refused'])
  })

  test('goes there when it is not delivered in time, and then never arrives on the first', async () => {
    const ana = '5511977770777'
    await scene.phone('whatsapp', ana, { windows: 'enforced' })
    await send('late', 'whatsapp', ana, 3)
    const held = await scene.shows('late', ({ reason }) => reason === 'window-closed')
    assert.equal(held.status, 'queued')
    const { deliveries } = await scene.shows('late', isSent)
    const [before] = deliveries.filter(({ status }) => status === 'failed')
    assert.ok(before?.history.some(({ reason }) => reason === 'fallen-back'))
    // What held it on the first channel is over, and what is sent there now is no blind resend of it.
    await scene.opens('whatsapp', ana, 'opens late')
    await scene.send('after', 'whatsapp', ana)
    await scene.shows('after', ({ status }) => status !== 'accepted' && status !== 'queued')
    assert.deepEqual(await scene.arrived('whatsapp', ana), ['after'])
    assert.equal(texts(await scene.arrived('telegram', davi), 'late'), 1)
  })

  test('stays where it is when an answer got lost, and settles there', async () => {
    const ana = '5511977770778'
    await scene.phone('whatsapp', ana)
    await scene.opens('whatsapp', ana, 'opens lost')
    await scene.script({ fault: 'timeout-after-accept', channel: 'whatsapp', address: ana })
    await send('lost', 'whatsapp', ana, 1)
    await scene.shows('lost', ({ status }) => ['delivered', 'read'].includes(status))
    // Longer than the next look.
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    assert.deepEqual(await scene.arrived('whatsapp', ana), ['lost'])
    assert.equal(texts(await scene.arrived('telegram', davi), 'lost'), 0)
  })

  test('stays on a channel that delivers', async () => {
    const ana = '5511977770779'
    await scene.phone('whatsapp', ana)
    await scene.opens('whatsapp', ana, 'opens fine')
    await send('fine', 'whatsapp', ana, 2)
    const { deliveries } = await scene.shows('fine', ({ status }) =>
      ['delivered', 'read'].includes(status),
    )
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    assert.equal(deliveries.length, 1)
    assert.equal(texts(await scene.arrived('telegram', davi), 'fine'), 0)
  })
})
