import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import type { SimulatorOptions } from '../../connectors/simulator/settings.ts'
import { timers } from '../../connectors/simulator/timers.ts'
import { numbers, openSimulator, post, tokens } from './open-simulator.ts'

const ana = '5511999990001'
const authorization = `Bearer ${tokens.whatsapp}`

async function openMedia(t: TestContext, options: Partial<SimulatorOptions> = {}) {
  const { simulator } = await openSimulator(t, options)
  const root = `${simulator.baseUrl('whatsapp')}/v23.0`
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', 'image/png')
  form.set('file', new Blob(['png'], { type: 'image/png' }), 'a.png')
  const url = `${root}/${numbers.whatsapp}/media`
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: form })
  const { id } = (await answer.json()) as { id: string }
  const resolve = async () => {
    const found = await fetch(`${root}/${id}`, { headers: { authorization } })
    return { status: found.status, body: (await found.json()) as { [name: string]: string } }
  }
  return { simulator, root, id, resolve }
}

describe('WhatsApp media', () => {
  test('are uploaded, sent by id, resolved to a link and fetched with the token', async (t) => {
    const { simulator, root, id, resolve } = await openMedia(t)
    const body = {
      messaging_product: 'whatsapp',
      to: ana,
      type: 'image',
      image: { id, caption: 'a' },
    }
    const sent = await post(`${root}/${numbers.whatsapp}/messages`, body, tokens.whatsapp)
    assert.equal(sent.status, 200)
    assert.deepEqual(simulator.phones.find('whatsapp', ana)?.messages[0]?.content, {
      type: 'image',
      mediaId: id,
      caption: 'a',
    })
    const { body: found } = await resolve()
    assert.equal(found['sha256'], createHash('sha256').update('png').digest('hex'))
    assert.equal(found['mime_type'], 'image/png')
    const url = String(found['url'])
    assert.equal((await fetch(url)).status, 401)
    assert.equal(await (await fetch(url, { headers: { authorization } })).text(), 'png')
  })

  test('have links that end after five minutes', async (t) => {
    let nowMs = Date.now()
    const { resolve } = await openMedia(t, { nowMs: () => nowMs })
    const url = String((await resolve()).body['url'])
    nowMs += 5 * 60_000
    assert.equal((await fetch(url, { headers: { authorization } })).status, 404)
  })

  test('are gone once deleted', async (t) => {
    const { root, id, resolve } = await openMedia(t)
    await fetch(`${root}/${id}`, { method: 'DELETE', headers: { authorization } })
    assert.equal((await resolve()).status, 400)
  })
})

describe('real limits', () => {
  test('WhatsApp takes a burst of 45 to one person, then one in six seconds, and others meanwhile', async (t) => {
    let nowMs = Date.now()
    const { simulator } = await openSimulator(t, { limits: 'real', nowMs: () => nowMs })
    const send = async (to: string) => {
      const url = `${simulator.baseUrl('whatsapp')}/v23.0/${numbers.whatsapp}/messages`
      const body = { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'x' } }
      const answer = await post(url, body, tokens.whatsapp)
      return (answer.body as { error?: { code: number } }).error?.code ?? 200
    }
    for (let index = 0; index < 45; index++) assert.equal(await send(ana), 200)
    assert.equal(await send(ana), 131056)
    assert.equal(await send('5511999990077'), 200)
    nowMs += 6000
    assert.equal(await send(ana), 200)
    assert.equal(await send(ana), 131056)
  })
})

describe('timers', () => {
  test('run in order of their time, and those of one instant in order of their asking', async (t) => {
    const time = timers()
    t.after(() => time.close())
    const order: string[] = []
    // So far apart that a machine which stops for a moment between two of them does not turn them round.
    time.after(600_000, () => order.push('never'))
    await new Promise<void>((done) => {
      time.after(400, () => done())
      time.after(200, () => order.push('c'))
      time.after(2, () => order.push('b'))
      for (let index = 0; index < 50; index++) time.after(100, () => order.push(String(index)))
      time.after(0, () => order.push('a'))
    })
    const middle = Array.from({ length: 50 }, (_, index) => String(index))
    assert.deepEqual(order, ['a', 'b', ...middle, 'c'])
    assert.equal(time.size, 1)
  })
})
