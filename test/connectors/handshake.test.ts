import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WebhookEndpoint, WebhookRequest } from '../../connectors/contract.ts'
import { connectorFactories } from '../../connectors/index.ts'

const tools = { http: () => Promise.reject(), blob: async () => undefined, limits: {} }
const endpoint: WebhookEndpoint = { id: 'm', secrets: ['s'], verifyToken: 'v3rify', account: 'bot' }
const good: WebhookRequest = {
  method: 'GET',
  query: { 'hub.mode': 'subscribe', 'hub.verify_token': 'v3rify', 'hub.challenge': '1158201444' },
  headers: {},
  body: new Uint8Array(),
}
const withQuery = (over: object): WebhookRequest => ({ ...good, query: { ...good.query, ...over } })

for (const channel of ['whatsapp', 'messenger', 'instagram']) {
  const webhook = connectorFactories[channel]?.(tools).webhook

  test(`${channel} answers Meta's handshake with its challenge`, () => {
    assert.equal(webhook?.handshake(good, endpoint), '1158201444')
  })

  test(`${channel} answers no handshake that is not ours`, () => {
    const others: readonly WebhookRequest[] = [
      withQuery({ 'hub.verify_token': 'guess' }),
      withQuery({ 'hub.verify_token': '' }),
      withQuery({ 'hub.mode': 'unsubscribe' }),
      withQuery({ 'hub.challenge': '' }),
      { ...good, query: {} },
      { ...good, method: 'POST' },
    ]
    for (const other of others) assert.equal(webhook?.handshake(other, endpoint), null)
    // An endpoint without a token must not be opened by an empty one.
    for (const verifyToken of [null, '']) {
      const request = withQuery({ 'hub.verify_token': verifyToken ?? '' })
      assert.equal(webhook?.handshake(request, { ...endpoint, verifyToken }), null)
    }
  })
}

test('telegram has no handshake', () => {
  const webhook = connectorFactories['telegram']?.(tools).webhook
  assert.equal(webhook?.handshake(good, endpoint), null)
})
