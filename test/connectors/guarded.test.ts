import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  Account,
  Connector,
  ConnectorFactory,
  ConnectorTools,
  SendOutcome,
} from '../../connectors/contract.ts'
import { guarded } from '../../connectors/guarded.ts'
import { retryAfterMs } from '../../connectors/retry-after.ts'

const tools: ConnectorTools = {
  http: () => Promise.reject(),
  blob: async () => undefined,
  limits: {},
}
const account: Account = {
  id: 'main',
  externalId: '1',
  secrets: { token: 'a+b/c=d', spare: '' },
  baseUrl: '',
  apiVersion: '',
  options: {},
}
const outbound = { address: '1', content: { type: 'text', text: 'oi' }, echo: 'd.1' } as const
const endpoint = { id: 'm', secrets: [], verifyToken: null, account: null }
const request = { method: 'GET', query: {}, headers: {}, body: new Uint8Array() } as const
const signal = new AbortController().signal

function fall(): never {
  throw new Error('token a+b/c=d')
}

const making =
  (send: Connector['send']): ConnectorFactory =>
  () => ({
    channel: 'broken',
    capabilities: {
      kinds: [],
      text: { max: 1, unit: 'bytes' },
      caption: null,
      receipts: [],
      windowMs: null,
      settlement: null,
    },
    send,
    webhook: { verify: fall, handshake: fall, split: fall },
    canonicalAddress: fall,
    parse: fall,
  })
const broken = guarded(making(fall))(tools)

describe('a guarded connector', () => {
  test('takes what was thrown while sending for unknown, and repeats none of it', async () => {
    const outcome = await broken.send(outbound, account, signal)
    assert.deepEqual(outcome, { kind: 'unknown', detail: 'the connector failed' })
  })

  test('proves nothing, answers no handshake and keeps everything when its webhook code throws', () => {
    assert.equal(broken.webhook.verify(request, endpoint), false)
    assert.equal(broken.webhook.handshake(request, endpoint), null)
    const body = Uint8Array.of(1, 2)
    const none = new Uint8Array()
    const kept = { account: null, chat: '', item: body, context: none }
    assert.deepEqual(broken.webhook.split(body, endpoint), [kept])
    const [inbound] = broken.parse(body, none, 1)
    assert.equal(inbound?.kind, 'unsupported')
  })

  test('cuts long details without breaking a character, and leaves the id of a sent message alone', async () => {
    const detailed = async (outcome: SendOutcome) =>
      guarded(making(async () => outcome))(tools).send(outbound, account, signal)
    const long = await detailed({ kind: 'unknown', detail: `${'x'.repeat(499)}👋 a+b/c=d` })
    assert.ok(long.kind === 'unknown' && long.detail.length <= 500 && long.detail.isWellFormed())
    const sent = { kind: 'sent', providerMessageId: 'a+b/c=d' } as const
    assert.deepEqual(await detailed(sent), sent)
    const encoded = await detailed({ kind: 'unknown', detail: 'at /bota%2Bb%2Fc%3Dd/x, a+b/c=d' })
    assert.deepEqual(encoded, { kind: 'unknown', detail: 'at /bot[secret]/x, [secret]' })
  })
})

describe('Retry-After', () => {
  test('is read in seconds and as a date', () => {
    assert.equal(retryAfterMs({ 'retry-after': ' 120 ' }), 120_000)
    assert.equal(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }), 0)
    const later = new Date(Date.now() + 3_600_000).toUTCString()
    const waitMs = retryAfterMs({ 'retry-after': later }) ?? 0
    assert.ok(waitMs > 3_500_000 && waitMs <= 3_600_000)
  })

  test('is nothing where it is absent or unreadable', () => {
    assert.equal(retryAfterMs({}), undefined)
    assert.equal(retryAfterMs({ 'retry-after': '' }), undefined)
    assert.equal(retryAfterMs({ 'retry-after': 'soon' }), undefined)
  })
})
