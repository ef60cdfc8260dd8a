import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Account, ConnectorTools, Outbound } from '../../connectors/contract.ts'
import { connectorFactories } from '../../connectors/index.ts'

const account: Account = {
  id: 'app',
  externalId: 'in-app',
  secrets: {},
  baseUrl: 'hub',
  apiVersion: '',
  options: {},
}
const outbound: Outbound = { address: 'ana', content: { type: 'text', text: 'oi' }, echo: 'd.1' }

function connector(hand?: ConnectorTools['hand']) {
  const create = connectorFactories['in-app']
  assert.ok(create)
  return create({
    http: () => Promise.reject(new Error('nothing is called')),
    blob: async () => undefined,
    ...(hand && { hand }),
    limits: {},
  })
}

describe('in-app: send', () => {
  const { signal } = new AbortController()

  test('is done when the log has it', async () => {
    const handed: unknown[] = []
    const { send } = connector(async (given, { id }) => {
      handed.push([given, id])
      return 'p.d'
    })
    assert.deepEqual(await send(outbound, account, signal), {
      kind: 'sent',
      providerMessageId: 'p.d',
    })
    assert.deepEqual(handed, [[outbound, 'app']])
  })

  test('is doubtful when the log does not confirm it, or not in time', async () => {
    const lost = await connector(() => Promise.reject(new Error('away'))).send(
      outbound,
      account,
      signal,
    )
    assert.deepEqual(lost, { kind: 'unknown', detail: 'in-app: away' })
    const stop = new AbortController()
    const late = connector(() => new Promise(() => {})).send(outbound, account, stop.signal)
    stop.abort()
    assert.deepEqual(await late, { kind: 'unknown', detail: 'in-app: the log took too long' })
  })

  test('waits where there is no hub around', async () => {
    const outcome = await connector().send(outbound, account, signal)
    assert.deepEqual([outcome.kind, 'reason' in outcome && outcome.reason], ['retry', 'transient'])
  })
})

test('in-app: nobody can post a webhook for it', () => {
  const { webhook } = connector()
  const endpoint = { id: 'x', secrets: [''], verifyToken: '', account: 'app' }
  const request = { method: 'POST', query: {}, headers: {}, body: Buffer.from('{}') } as const
  assert.equal(webhook.verify(request, endpoint), false)
  assert.equal(webhook.handshake({ ...request, method: 'GET' }, endpoint), null)
  assert.deepEqual(webhook.split(request.body, endpoint), [])
})

describe('in-app: what a gateway wrote is read', () => {
  const { parse } = connector()
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
  const context = bytes({ account: 'in-app' })
  const item = { kind: 'message', address: 'ana', id: 'p.1', atMs: 5 }
  const message = {
    kind: 'message',
    account: 'in-app',
    address: 'ana',
    providerMessageId: 'p.1',
    sentAtMs: 5,
  }

  for (const content of [
    { type: 'text', text: 'oi' },
    { type: 'edit', text: 'oi!' },
    { type: 'location', latitude: 0, longitude: -46.5, name: 'here' },
    { type: 'choice', id: 'a', title: 'A' },
    { type: 'reaction', emoji: '' },
    { type: 'delete' },
  ]) {
    test(content.type, () => {
      assert.deepEqual(parse(bytes({ ...item, content, replyTo: 'p.0' }), context, 9), [
        { ...message, content, replyTo: 'p.0' },
      ])
    })
  }

  test('and where it is to be heard', () => {
    const content = { type: 'text', text: 'oi' }
    assert.deepEqual(parse(bytes({ ...item, content, conversationId: 'c1' }), context, 9), [
      { ...message, content, conversationId: 'c1' },
    ])
  })

  test('delivered and read', () => {
    for (const status of ['delivered', 'read']) {
      assert.deepEqual(parse(bytes({ ...item, kind: 'receipt', status }), context, 9), [
        {
          kind: 'receipt',
          account: 'in-app',
          address: 'ana',
          status,
          providerMessageId: 'p.1',
          watermarkMs: null,
          echo: null,
          reason: null,
          detail: null,
          atMs: 5,
        },
      ])
    }
  })

  test('and what is neither is kept', () => {
    const odd = [
      'x',
      { ...item, content: { type: 'poem' } },
      { ...item, content: { type: 'text', text: '' } },
      { ...item, kind: 'receipt', status: 'played' },
      { ...item, id: undefined },
    ]
    for (const each of odd) assert.equal(parse(bytes(each), context, 9)[0]?.kind, 'unsupported')
    assert.equal(parse(bytes(item), bytes({}), 9)[0]?.kind, 'unsupported')
  })
})
