import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { keyedIds } from '../../../domain/ids.ts'
import { webhookSecretText } from '../../../domain/webhooks/webhook-secret-text.ts'
import { webhookHeaders } from '../../../domain/webhooks/webhook-signature.ts'

const ids = keyedIds(Buffer.from('a secret of the tests'))
const secret = (version: number) => ids.webhookSecret('default', 'wh_1', version)
const body = '{"eventId":"e1","type":"message.received","data":{"text":"açúcar ☀"}}'

describe('the signature of a webhook', () => {
  test('is good to the standard library, which has the secret as its owner has it', () => {
    const headers = webhookHeaders('e1', Date.now(), body, [secret(1)])
    const receiver = new Webhook(webhookSecretText(secret(1)))
    assert.deepEqual(receiver.verify(body, headers), JSON.parse(body))
  })

  test('is good to holders of the old and the new secret while both sign', () => {
    const headers = webhookHeaders('e1', Date.now(), body, [secret(2), secret(1)])
    for (const version of [1, 2]) {
      new Webhook(webhookSecretText(secret(version))).verify(body, headers)
    }
    const third = new Webhook(webhookSecretText(secret(3)))
    assert.throws(() => third.verify(body, headers), /No matching signature/)
  })

  test('is not good to a body, an id or a time that was changed', () => {
    const headers = webhookHeaders('e1', Date.now(), body, [secret(1)])
    const receiver = new Webhook(webhookSecretText(secret(1)))
    const changed: readonly [string, Record<string, string>][] = [
      [`${body} `, headers],
      [body, { ...headers, 'webhook-id': 'e2' }],
      [body, { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 60) }],
      [body, webhookHeaders('e1', Date.now() - 360_000, body, [secret(1)])],
    ]
    for (const [text, given] of changed) assert.throws(() => receiver.verify(text, given))
  })

  test('has a secret of its own for each tenant, endpoint and version, and the same after a restart', () => {
    const all = [
      secret(1),
      secret(2),
      ids.webhookSecret('other', 'wh_1', 1),
      ids.webhookSecret('default', 'wh_2', 1),
      keyedIds(Buffer.from('another')).webhookSecret('default', 'wh_1', 1),
    ].map(webhookSecretText)
    assert.equal(new Set(all).size, all.length)
    for (const text of all) assert.match(text, /^whsec_[A-Za-z0-9+/]{43}=$/)
    const again = keyedIds(Buffer.from('a secret of the tests'))
    assert.deepEqual(again.webhookSecret('default', 'wh_1', 1), secret(1))
  })
})
