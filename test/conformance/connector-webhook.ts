import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type {
  Connector,
  ConnectorTools,
  WebhookEndpoint,
  WebhookRequest,
} from '../../connectors/contract.ts'
import { receivedAtMs, webhookFixtures } from '../connectors/webhook-fixtures.ts'
import type { SuiteSubject } from './connector-suite.ts'

const tools: ConnectorTools = {
  http: () => Promise.reject(new Error('a webhook needs no way out')),
  blob: () => Promise.resolve(undefined),
  limits: {},
}

/** What every connector promises of webhooks and of `parse`. */
export function connectorWebhookCases(subject: SuiteSubject): void {
  const { create, sign, signShort, proofCoversBody, endpointAccount } = subject
  const connector: Connector = create(tools)
  const { webhook } = connector
  const fixtures = webhookFixtures(subject.fixtures)

  const endpoint: WebhookEndpoint = {
    id: 'main',
    secrets: ['an-old-secret', 'the-new-secret'],
    verifyToken: 'v3rify',
    account: endpointAccount,
  }
  const body = Buffer.from('{"é":"\\u00e9"}')
  const posted = (headers: Readonly<Record<string, string>>, of: Uint8Array = body) =>
    ({ method: 'POST', query: {}, headers, body: of }) satisfies WebhookRequest

  describe('verify', () => {
    test('takes a body proved by any of the secrets', () => {
      for (const secret of endpoint.secrets) {
        assert.equal(webhook.verify(posted(sign(body, secret)), endpoint), true)
      }
    })

    test('turns away another secret, a short proof, an odd one and none', () => {
      const [name = ''] = Object.keys(sign(body, 'x'))
      const odd = ['', 'sha256=', 'x', 'sha256=zz', 'é'.repeat(64)]
      const refused = [sign(body, 'another'), signShort(body, 'the-new-secret'), {}]
      for (const headers of [...refused, ...odd.map((value) => ({ [name]: value }))]) {
        assert.equal(webhook.verify(posted(headers), endpoint), false, JSON.stringify(headers))
      }
    })

    test('turns everything away while there is no secret, or an empty one', () => {
      for (const secrets of [[], ['']]) {
        assert.equal(webhook.verify(posted(sign(body, '')), { ...endpoint, secrets }), false)
      }
    })

    test('proves the bytes as they came', () => {
      const proof = sign(body, 'the-new-secret')
      const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())))
      assert.notDeepEqual(rewritten, body)
      assert.equal(webhook.verify(posted(proof, rewritten), endpoint), !proofCoversBody)
    })
  })

  describe('split and parse', () => {
    test('has fixtures', () => assert.ok(fixtures.length > 0))

    for (const { name, about, body: hook, items: expected } of fixtures) {
      test(`${name}: ${about}`, () => {
        const items = webhook.split(hook, endpoint)
        const got = items.map(({ account, chat, item, context }) => ({
          account,
          chat,
          inbound: connector.parse(item, context, receivedAtMs),
        }))
        assert.deepEqual(got, expected)
      })

      test(`${name}: reads the same twice`, () => {
        for (const { item, context } of webhook.split(hook, endpoint)) {
          const first = connector.parse(item, context, receivedAtMs)
          assert.deepEqual(connector.parse(item.slice(), context.slice(), receivedAtMs), first)
        }
      })

      test(`${name}: survives any one value being something else`, () => {
        for (const { item, context } of webhook.split(hook, endpoint)) {
          for (const odd of oddVersions(JSON.parse(Buffer.from(item).toString()))) {
            const bytes = Buffer.from(JSON.stringify(odd))
            mustBeRead(connector, bytes, context, bytes.toString())
          }
        }
        for (const odd of oddVersions(JSON.parse(Buffer.from(hook).toString()))) {
          const bytes = Buffer.from(JSON.stringify(odd))
          const items = webhook.split(bytes, endpoint)
          assert.ok(items.length > 0, `nothing was kept of ${bytes}`)
          for (const { item, context } of items) {
            mustBeRead(connector, item, context, bytes.toString())
          }
        }
      })
    }

    const garbage = [
      '',
      'null',
      '7',
      '"text"',
      '[]',
      '{}',
      '{"entry":[]}',
      '{"entry":7}',
      'no json',
    ]
    for (const text of [...garbage, '{"entry":[null]}', '\u0000', '{"constructor":{}}']) {
      test(`keeps ${JSON.stringify(text)} as one item, bytes unchanged or whole`, () => {
        const bytes = Buffer.from(text)
        const items = webhook.split(bytes, endpoint)
        assert.equal(items.length, 1)
        const [only] = items
        assert.ok(only)
        assert.equal(only.account, endpointAccount)
        const [inbound] = connector.parse(only.item, only.context, receivedAtMs)
        assert.equal(inbound?.kind, 'unsupported')
      })
    }

    test('keeps bytes that are no text', () => {
      const bytes = Uint8Array.from([0xff, 0xfe, 0x00, 0x80])
      const [only] = webhook.split(bytes, endpoint)
      assert.deepEqual(only?.item, bytes)
      // JSON but for one byte: mended silently, a name or a text would be another.
      const almost = Buffer.from(
        '{"x":"\xff","message":{"chat":{"id":1}},"entry":[{"id":"1","messaging":[{}],"changes":[{}]}]}',
        'latin1',
      )
      const [kept] = webhook.split(almost, endpoint)
      assert.deepEqual(kept?.item, almost)
      assert.equal(kept.chat, '')
      assert.equal(connector.parse(bytes, bytes, receivedAtMs)[0]?.kind, 'unsupported')
    })
  })

  describe('capabilities', () => {
    test('take their figures from the configuration', () => {
      const { max } = create({ ...tools, limits: { text: 77 } }).capabilities.text
      assert.equal(max, 77)
      assert.ok(connector.capabilities.text.max > 77)
    })
  })
}

/** Read without the guard having to step in, into at least one thing that says what it is. */
function mustBeRead(connector: Connector, item: Uint8Array, context: Uint8Array, from: string) {
  const inbound = connector.parse(item, context, receivedAtMs)
  assert.ok(inbound.length > 0, `nothing came of ${from}`)
  for (const each of inbound) {
    assert.ok(
      !('why' in each) || !each.why.includes('parser failed'),
      `the parser threw at ${from}`,
    )
    if (each.kind === 'message') {
      assert.equal(typeof each.address, 'string')
      assert.notEqual(each.address, '')
      assert.ok(Number.isSafeInteger(each.sentAtMs) && each.sentAtMs >= 0, from)
      const { content } = each
      if ('sizeBytes' in content) assert.ok(Number.isSafeInteger(content.sizeBytes), from)
      assert.notEqual(each.providerMessageId, '')
    }
    if (each.kind === 'receipt') {
      assert.ok(Number.isSafeInteger(each.atMs) && each.atMs >= 0, from)
      if (each.watermarkMs !== null) {
        assert.ok(Number.isSafeInteger(each.watermarkMs), from)
        assert.ok(
          connector.capabilities.watermarks,
          `${from} has a watermark, and the capabilities do not say that there are any`,
        )
      }
      const named = [each.providerMessageId, each.watermarkMs, each.echo]
      assert.ok(
        named.some((id) => id !== null),
        from,
      )
    }
  }
}

/** The value with one leaf or branch after the other replaced by something that does not belong there. */
function* oddVersions(value: unknown): Generator {
  for (const odd of [null, 7, -1e30, 'constructor', [], {}, [[]], true]) yield odd
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    for (const odd of oddVersions(inner)) {
      yield Array.isArray(value)
        ? value.map((each, index) => (String(index) === name ? odd : each))
        : { ...value, [name]: odd }
    }
    if (!Array.isArray(value)) {
      const { [name]: _gone, ...rest } = value as Record<string, unknown>
      yield rest
    }
  }
}
