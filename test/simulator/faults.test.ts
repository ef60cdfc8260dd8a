import assert from 'node:assert/strict'
import { request } from 'node:http'
import { describe, test } from 'node:test'
import type { Fault } from '../../connectors/simulator/fault-names.ts'
import type { FaultRule } from '../../connectors/simulator/fault-plan.ts'
import { faults } from '../../connectors/simulator/faults.ts'
import type { Simulator } from '../../connectors/simulator/start-simulator.ts'
import { numbers, openSimulator, post, tokens } from './open-simulator.ts'
import type { Received } from './receiver.ts'

const ana = '5511999990001'
const hello = (body = 'hello', to = ana) => ({
  messaging_product: 'whatsapp',
  to,
  type: 'text',
  text: { body },
})

const send = (simulator: Simulator, body: unknown = hello()) =>
  post(`${simulator.baseUrl('whatsapp')}/v23.0/${numbers.whatsapp}/messages`, body, tokens.whatsapp)
const plan = (...script: FaultRule[]) => ({
  script,
  hintSeconds: 3,
  slowMs: 60,
  hangMs: 60,
  reorderMs: 60,
})
const shown = (simulator: Simulator) => simulator.phones.find('whatsapp', ana)?.arrived

interface Status {
  readonly id: string
  readonly status: string
}
const statusesOf = (posts: readonly Received[]): readonly Status[] =>
  posts.flatMap(({ body }) =>
    (body as { entry: { changes: { value: { statuses?: Status[] } }[] }[] }).entry.flatMap(
      ({ changes }) => changes.flatMap(({ value }) => value.statuses ?? []),
    ),
  )
const namesOf = (posts: readonly Received[]) => statusesOf(posts).map(({ status }) => status)

describe('faults of a request', () => {
  const answered = [
    ['throttle-with-hint', 429, 130429, '3', 0],
    ['throttle-without-hint', 429, 130429, null, 0],
    ['throttle-conversation', 400, 131056, null, 0],
    ['server-error', 500, 131000, null, 0],
    ['token-expired', 401, 190, null, 0],
  ] as const
  for (const [fault, status, code, hint, arrived] of answered) {
    test(`${fault} is the platform's own refusal, once, and shows nothing`, async (t) => {
      const { simulator } = await openSimulator(t, { faults: plan({ fault }) })
      const answer = await send(simulator)
      assert.equal(answer.status, status)
      assert.equal((answer.body as { error: { code: number } }).error.code, code)
      assert.equal(answer.headers.get('retry-after'), hint)
      assert.equal(shown(simulator), arrived)
      assert.equal(simulator.faults.counts[fault], 1)
      assert.equal((await send(simulator)).status, 200)
      assert.equal(shown(simulator), 1)
    })
  }

  const broken = [
    ['reset-before-accept', 0],
    ['reset-after-accept', 1],
    ['timeout-after-accept', 1],
  ] as const
  for (const [fault, arrived] of broken) {
    test(`${fault} ends the connection with ${arrived} message on the phone`, async (t) => {
      const { simulator } = await openSimulator(t, { faults: plan({ fault }) })
      await assert.rejects(send(simulator))
      assert.equal(shown(simulator), arrived)
      const [message] = simulator.phones.find('whatsapp', ana)?.messages ?? []
      assert.equal(message?.fault ?? null, arrived === 1 ? fault : null)
    })
  }

  test('timeout-after-accept answers nothing while the client waits', async (t) => {
    const faults = { ...plan({ fault: 'timeout-after-accept' }), hangMs: 600_000 }
    const { simulator } = await openSimulator(t, { faults })
    const path = `/whatsapp/v23.0/${numbers.whatsapp}/messages`
    const headers = { authorization: `Bearer ${tokens.whatsapp}` }
    let heard = 0
    const call = request({ port: simulator.port, method: 'POST', path, headers })
    call.on('response', () => heard++)
    call.on('error', () => {})
    call.end(JSON.stringify(hello()))
    // A later request is answered, so the first was not merely slow.
    while (shown(simulator) !== 1) await new Promise((later) => setImmediate(later))
    assert.equal((await send(simulator, hello('later'))).status, 200)
    assert.equal(heard, 0)
    // Nobody who waits for receipts waits for that answer.
    await simulator.settled()
    call.destroy()
  })

  test('unreadable-answer accepts and answers no JSON', async (t) => {
    const { simulator } = await openSimulator(t, { faults: plan({ fault: 'unreadable-answer' }) })
    await assert.rejects(send(simulator), SyntaxError)
    assert.equal(shown(simulator), 1)
  })

  test('slow lets a later request overtake', async (t) => {
    const { simulator } = await openSimulator(t, { faults: plan({ fault: 'slow' }) })
    const order: string[] = []
    await Promise.all([
      send(simulator, hello('first')).then(() => order.push('first')),
      send(simulator, hello('second')).then(() => order.push('second')),
    ])
    assert.deepEqual(order, ['second', 'first'])
  })

  test('a rule hits the nth request that it matches, and as many as it says', async (t) => {
    const rule = {
      fault: 'server-error',
      channel: 'whatsapp',
      address: ana,
      nth: 2,
      times: 2,
    } as const
    const { simulator } = await openSimulator(t, { faults: plan(rule) })
    const statuses: number[] = []
    for (const text of ['1', '2', '3', '4']) {
      statuses.push((await send(simulator, hello(text, '5521988887777'))).status)
      statuses.push((await send(simulator, hello(text))).status)
    }
    assert.deepEqual(statuses, [200, 200, 200, 500, 200, 500, 200, 200])
  })
})

describe('faults of webhooks', () => {
  test('duplicate-webhook tells every status twice, with one id', async (t) => {
    const { simulator, hub } = await openSimulator(t, {
      faults: plan({ fault: 'duplicate-webhook' }),
    })
    await send(simulator)
    await simulator.settled()
    assert.deepEqual(namesOf(hub.posts).toSorted(), [
      'delivered',
      'delivered',
      'read',
      'read',
      'sent',
      'sent',
    ])
    assert.equal(new Set(statusesOf(hub.posts).map(({ id }) => id)).size, 1)
  })

  test('reordered-webhooks tells sent after the others', async (t) => {
    const { simulator, hub } = await openSimulator(t, {
      faults: plan({ fault: 'reordered-webhooks' }),
    })
    await send(simulator)
    await simulator.settled()
    assert.deepEqual(namesOf(hub.posts), ['delivered', 'read', 'sent'])
  })

  test('delivered-and-failed tells both of one id', async (t) => {
    const { simulator, hub } = await openSimulator(t, {
      faults: plan({ fault: 'delivered-and-failed' }),
    })
    await send(simulator)
    await simulator.settled()
    assert.deepEqual(namesOf(hub.posts), ['sent', 'delivered', 'failed', 'read'])
  })

  test('read-without-delivered leaves delivered out', async (t) => {
    const { simulator, hub } = await openSimulator(t, {
      faults: plan({ fault: 'read-without-delivered' }),
    })
    await send(simulator)
    await simulator.settled()
    assert.deepEqual(namesOf(hub.posts), ['sent', 'read'])
  })

  test('bad-signature posts a forgery first, which a hub must refuse, and then the truth', async (t) => {
    const { simulator, hub } = await openSimulator(t, { faults: plan({ fault: 'bad-signature' }) })
    const { createHmac } = await import('node:crypto')
    const good = ({ headers, raw }: Received) =>
      headers['x-hub-signature-256'] ===
      `sha256=${createHmac('sha256', 'whatsapp-secret').update(raw).digest('hex')}`
    hub.answer = (received) => (good(received) ? 200 : 401)
    await send(simulator)
    await simulator.settled()
    assert.equal(hub.posts.filter((each) => !good(each)).length, 1)
    assert.deepEqual(namesOf(hub.posts.filter(good)).toSorted(), ['delivered', 'read', 'sent'])
    const stats = simulator.stats() as { whatsapp: { forged: number; forgedAccepted: number } }
    assert.equal(stats.whatsapp.forged, 1)
    assert.equal(stats.whatsapp.forgedAccepted, 0)
  })

  test('a hub that takes a forgery is counted', async (t) => {
    const { simulator } = await openSimulator(t, { faults: plan({ fault: 'bad-signature' }) })
    await send(simulator)
    await simulator.settled()
    const stats = simulator.stats() as { whatsapp: { forgedAccepted: number } }
    assert.equal(stats.whatsapp.forgedAccepted, 1)
  })

  test('puts several statuses into one POST', async (t) => {
    const { simulator, hub } = await openSimulator(t, { webhooks: { lingerMs: 30 } })
    await Promise.all(['1', '2', '3', '4'].map((text) => send(simulator, hello(text))))
    await simulator.settled()
    assert.equal(namesOf(hub.posts).length, 12)
    assert.ok(hub.posts.length < 12)
  })
})

describe('seeded decisions', () => {
  const rates: Partial<Record<Fault, number>> = {
    'throttle-with-hint': 0.2,
    'server-error': 0.2,
    'duplicate-webhook': 0.3,
  }
  const texts = Array.from({ length: 300 }, (_, index) => `text ${index}`)
  const decisions = (seed: string, order: readonly string[]) => {
    const decider = faults(seed, { rates })
    const found = new Map<string, string>()
    for (const attempt of [1, 2]) {
      for (const text of order) {
        const { request, webhook } = decider.decide('whatsapp', ana, text)
        found.set(`${text} ${attempt}`, `${request} ${[...webhook].join()}`)
      }
    }
    return found
  }

  test('are the same for a seed, in whatever order requests arrive', () => {
    assert.deepEqual(decisions('7', texts), decisions('7', texts.toReversed()))
  })

  test('differ between seeds, and between attempts', () => {
    const one = decisions('7', texts)
    assert.notDeepEqual(one, decisions('8', texts))
    assert.ok(texts.some((text) => one.get(`${text} 1`) !== one.get(`${text} 2`)))
  })

  test('come about as often as their rate says', () => {
    const kinds = [...decisions('7', texts).values()]
    const share = kinds.filter((kind) => kind.startsWith('server-error')).length / kinds.length
    assert.ok(share > 0.14 && share < 0.26, `${share}`)
  })

  test('refuse a plan with an unknown fault, a rate above 1 or rates that add up to more', () => {
    assert.throws(() => faults('1', { rates: { flood: 0.1 } as never }), /'flood' is no fault/)
    assert.throws(() => faults('1', { rates: { slow: 1.1 } }), /0 to 1/)
    assert.throws(() => faults('1', { rates: { slow: 0.6, 'server-error': 0.6 } }), /over 1/)
    assert.throws(() => faults('1', { script: [{ fault: 'slow', nth: 0 }] }), /start at 1/)
  })
})
