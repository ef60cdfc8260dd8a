import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { numbers, openSimulator, post, tokens } from './open-simulator.ts'
import { receiver } from './receiver.ts'

/** Where each channel takes a text, and how. */
const sends = {
  whatsapp: {
    path: `/whatsapp/v23.0/${numbers.whatsapp}/messages`,
    body: { messaging_product: 'whatsapp', to: '5511999990001', type: 'text', text: { body: 'x' } },
    address: '5511999990001',
    // sent, delivered, read, and the answer
    expected: ['"sent"', '"delivered"', '"read"', 'from the phone'],
  },
  messenger: {
    path: '/messenger/v23.0/me/messages',
    body: { recipient: { id: '7100000000000002' }, message: { text: 'x' } },
    address: '7100000000000002',
    expected: ['"is_echo"', '"delivery"', '"read"', 'from the phone'],
  },
  telegram: {
    path: `/telegram/bot${tokens.telegram}/sendMessage`,
    body: { chat_id: 900000004, text: 'x' },
    address: '900000004',
    expected: ['from the phone'],
  },
} as const

describe('a hub that was killed', () => {
  for (const [channel, { path, body, address, expected }] of Object.entries(sends)) {
    test(`hears of ${channel} all that happened meanwhile, once it is back`, async (t) => {
      const { simulator, hub } = await openSimulator(t)
      await hub.close()
      const root = `http://127.0.0.1:${simulator.port}`
      const token = tokens[channel as keyof typeof sends]
      assert.equal((await post(root + path, body, token)).status, 200)
      const answer = `${root}/simulator/phones/${channel}/${address}/answer`
      assert.equal((await post(answer, { text: 'from the phone' })).status, 201)

      const back = await receiver(hub.port)
      t.after(() => back.close())
      await simulator.settled()
      const heard = back.posts.map(({ raw }) => raw.toString()).join('\n')
      for (const part of expected) assert.ok(heard.includes(part), `${part} was not heard`)
    })
  }
})
