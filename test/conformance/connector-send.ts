import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type {
  Account,
  Connector,
  ConnectorTools,
  Content,
  Outbound,
  SendOutcome,
} from '../../connectors/contract.ts'
import { pooledHttp } from '../../connectors/http.ts'
import { sampleContents } from '../../connectors/sample-contents.ts'
import {
  deadUrl,
  type Script,
  type ScriptedPlatform,
  scriptedPlatform,
} from '../connectors/scripted-platform.ts'
import type { SuiteSubject } from './connector-suite.ts'

const echo = 'd0d1d2d3d4d5d6d7d0d1d2d3d4d5d6d7.1'
const hello: Content = { type: 'text', text: 'Olá, tudo bem? 👋' }
const photo: Content = { type: 'image', blobId: 'photo' }
const photoBytes = Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x0d, 0x0a, 0x2d, 0x2d])

/** What every connector promises of `send`. */
export function connectorSendCases(subject: SuiteSubject): void {
  const { taken, throttled, serverError, errors } = subject

  describe('send', () => {
    test('tells the id by which the platform took the message', async (t) => {
      const bench = await benchOf(t, subject)
      bench.platform.script(taken.script)
      const outcome = await bench.send(hello)
      assert.equal(outcome.kind, 'sent')
      assert.equal(outcome.kind === 'sent' && outcome.providerMessageId, taken.providerMessageId)
    })

    test('asks once, whatever the answer', async (t) => {
      const bench = await benchOf(t, subject)
      for (const script of [taken.script, throttled.bare, serverError, 'reset'] as const) {
        bench.platform.script(script)
        await bench.send(hello)
      }
      assert.equal(bench.platform.requests.length, 4)
    })

    test('takes the wait that a throttling platform asks for', async (t) => {
      const outcome = await answered(t, subject, throttled.hinted)
      assert.equal(outcome.kind, 'retry')
      assert.match(outcome.kind === 'retry' ? outcome.reason : '', /^throttled-/)
      assert.equal(outcome.kind === 'retry' && outcome.afterMs, throttled.hintMs)
    })

    test('never takes throttling for a failure, also without a hint', async (t) => {
      const outcome = await answered(t, subject, throttled.bare)
      assert.equal(outcome.kind, 'retry')
      assert.match(outcome.kind === 'retry' ? outcome.reason : '', /^throttled-/)
      assert.ok(!('afterMs' in outcome))
    })

    for (const { name, script, kind, reason } of errors) {
      test(`answers ${name} with ${kind}${reason ? ` ${reason}` : ''}`, async (t) => {
        const outcome = await answered(t, subject, script)
        assert.equal(outcome.kind, kind)
        if (reason) assert.equal('reason' in outcome && outcome.reason, reason)
      })
    }

    test('may repeat what the platform itself failed to take', async (t) => {
      assert.equal((await answered(t, subject, serverError)).kind, 'retry')
    })

    const unreadable: readonly (readonly [string, Script])[] = [
      ['a 200 that is no JSON', { status: 200, body: '<html>welcome</html>' }],
      ['a 200 that is empty', { status: 200, body: '' }],
      ['a 200 without an id', { status: 200, body: {} }],
      ['a 502 of a proxy', { status: 502, body: '<html>bad gateway</html>' }],
      ['a 504 of a proxy', { status: 504, body: '' }],
    ]
    for (const [name, script] of unreadable) {
      test(`does not know what became of a message answered by ${name}`, async (t) => {
        assert.equal((await answered(t, subject, script)).kind, 'unknown')
      })
    }

    test('may repeat what a proxy turned away', async (t) => {
      const turnedAway = { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }
      const outcome = await answered(t, subject, turnedAway)
      assert.equal(outcome.kind, 'retry')
      assert.equal(outcome.kind === 'retry' && outcome.reason, 'throttled-sender')
      assert.equal(outcome.kind === 'retry' && outcome.afterMs, 7000)
      for (const status of [302, 403]) {
        const other = await answered(t, subject, { status, body: '<html>no</html>' })
        assert.equal(other.kind === 'retry' && other.reason, 'transient')
      }
    })

    test('may repeat when nobody listens', async (t) => {
      const bench = await benchOf(t, subject)
      const outcome = await bench.send(hello, { baseUrl: await deadUrl() })
      assert.equal(outcome.kind, 'retry')
      assert.equal(outcome.kind === 'retry' && outcome.reason, 'transient')
    })

    test('does not know what became of a message when the connection breaks after it', async (t) => {
      assert.equal((await answered(t, subject, 'reset')).kind, 'unknown')
    })

    test('does not know what became of a message that is not answered in time', async (t) => {
      // Long enough for a busy machine to get the request there: before that it would be a retry.
      const bench = await benchOf(t, subject, { sendTimeoutMs: 1_500 })
      bench.platform.script('silent')
      assert.equal((await bench.send(hello)).kind, 'unknown')
      assert.equal(bench.platform.requests.length, 1)
    })

    test('sends nothing once aborted, and says so', async (t) => {
      const bench = await benchOf(t, subject)
      const outcome = await bench.send(hello, { signal: AbortSignal.abort() })
      assert.equal(outcome.kind, 'retry')
      assert.equal(bench.platform.requests.length, 0)
    })

    test('does not know what became of a message when aborted after it left', async (t) => {
      const bench = await benchOf(t, subject)
      const abort = new AbortController()
      bench.platform.script('silent')
      const arrival = bench.platform.arrival()
      const sending = bench.send(hello, { signal: abort.signal })
      await arrival
      abort.abort()
      assert.equal((await sending).kind, 'unknown')
    })

    if (showsMedia(subject)) mediaCases(subject)

    test('refuses content that the channel cannot show, without a request', async (t) => {
      const bench = await benchOf(t, subject)
      const outcome = await bench.send({ type: 'unsupported', kind: 'poll', raw: '{}' })
      assert.equal(outcome.kind, 'refused')
      assert.equal(outcome.kind === 'refused' && outcome.reason, 'content-rejected')
      assert.equal(bench.platform.requests.length, 0)
    })

    test('sends every kind that its capabilities name, by link', async (t) => {
      const bench = await benchOf(t, subject)
      for (const kind of bench.connector.capabilities.kinds) {
        const content = sampleOf(kind)
        if (!content) continue
        bench.platform.script(taken.script)
        const outcome = await bench.send(content)
        assert.equal(outcome.kind, 'sent', kind)
      }
    })

    test('puts no secret into an outcome, not even one that the platform repeats', async (t) => {
      const token = subject.account.secrets['token'] ?? ''
      assert.ok(token.length > 8)
      const bench = await benchOf(t, subject, { sendTimeoutMs: 100 })
      const scripts: readonly Script[] = [
        subject.refusal(`Malformed access token ${token} at /bot${encodeURIComponent(token)}/x`),
        throttled.hinted,
        serverError,
        'reset',
        'silent',
        { status: 502, body: token },
      ]
      const outcomes: SendOutcome[] = []
      for (const script of scripts) {
        bench.platform.script(script)
        outcomes.push(await bench.send(hello))
      }
      outcomes.push(await bench.send(hello, { baseUrl: await deadUrl() }))
      outcomes.push(await bench.send(hello, { baseUrl: 'no url at all' }))
      outcomes.push(await bench.send(hello, { signal: AbortSignal.abort() }))

      assert.equal(outcomes.length, 9)
      const told = JSON.stringify(outcomes)
      assert.ok(!told.includes(token), told)
      assert.ok(!told.includes(encodeURIComponent(token)), told)
      assert.match(outcomes[0]?.kind === 'sent' ? '' : (outcomes[0]?.detail ?? ''), /\[secret\]/)
    })

    test('never throws, whatever its tools do', async () => {
      const tools: ConnectorTools = {
        http: () => Promise.reject(new Error('out of order')),
        blob: () => Promise.reject(new Error('out of order')),
        limits: {},
      }
      const connector = subject.create(tools)
      const outcome = await connector.send(
        { address: subject.address, content: hello, echo },
        { ...subject.account, baseUrl: 'http://127.0.0.1' },
        new AbortController().signal,
      )
      assert.equal(outcome.kind, 'unknown')
    })
  })
}

/** A channel of text alone (SMS) has nothing to upload. */
const showsMedia = ({ create }: SuiteSubject): boolean =>
  create(noTools).capabilities.kinds.includes('image')

const noTools: ConnectorTools = {
  http: () => Promise.reject(new Error('capabilities need no network')),
  blob: () => Promise.resolve(undefined),
  limits: {},
}

function mediaCases(subject: SuiteSubject): void {
  const { taken, uploaded } = subject

  test('uploads a blob of ours with its bytes unchanged', async (t) => {
    const bench = await benchOf(t, subject)
    if (uploaded) bench.platform.script(uploaded)
    bench.platform.script(taken.script)
    const outcome = await bench.send(photo)
    assert.equal(outcome.kind, 'sent')
    assert.equal(bench.platform.requests.length, uploaded ? 2 : 1)
    const [request] = bench.platform.requests
    assert.match(String(request?.headers['content-type']), /^multipart\/form-data; boundary=/)
    assert.ok(request?.body.includes(photoBytes))
    assert.ok(request?.body.includes('filename="photo.jpg"'))
  })

  test('keeps a file name from forging a part of the form', async (t) => {
    const bench = await benchOf(t, subject)
    bench.filename = 'a"\r\ncontent-disposition: form-data; name="to'
    if (uploaded) bench.platform.script(uploaded)
    bench.platform.script(taken.script)
    await bench.send(photo)
    const head = bench.platform.requests[0]?.body.toString('latin1') ?? ''
    assert.ok(head.includes('filename="a%22%0D%0Acontent-disposition'))
  })

  test('may repeat after a lost upload, since nobody saw it', async (t) => {
    const bench = await benchOf(t, subject)
    bench.platform.script('reset')
    // Where the bytes go with the message, the message may have been taken.
    assert.equal((await bench.send(photo)).kind, uploaded ? 'retry' : 'unknown')
    assert.equal(bench.platform.requests.length, 1)
  })

  test('refuses a medium that is nowhere, without a request', async (t) => {
    const bench = await benchOf(t, subject)
    for (const content of [{ type: 'image', blobId: 'gone' }, { type: 'image' }] as const) {
      const outcome = await bench.send(content)
      assert.equal(outcome.kind, 'refused')
      assert.equal(outcome.kind === 'refused' && outcome.reason, 'media-unreachable')
    }
    assert.equal(bench.platform.requests.length, 0)
  })

  test('may repeat when the blob store fails', async (t) => {
    const bench = await benchOf(t, subject)
    const outcome = await bench.send({ type: 'image', blobId: 'broken' })
    assert.equal(outcome.kind === 'retry' && outcome.reason, 'transient')
  })
}

interface Bench {
  readonly platform: ScriptedPlatform
  readonly connector: Connector
  filename: string
  send(
    content: Content,
    over?: { readonly baseUrl?: string; readonly signal?: AbortSignal },
  ): Promise<SendOutcome>
}

async function benchOf(
  t: TestContext,
  { create, account, address }: SuiteSubject,
  limits: ConnectorTools['limits'] = {},
): Promise<Bench> {
  const platform = await scriptedPlatform(t)
  const net = pooledHttp()
  t.after(() => net.close())

  const bench: Bench = {
    platform,
    filename: 'photo.jpg',
    connector: create({
      http: net.http,
      async blob(id) {
        if (id === 'broken') throw new Error('the store is away')
        if (id !== 'photo') return undefined
        return { bytes: photoBytes, mimeType: 'image/jpeg', filename: bench.filename }
      },
      limits,
    }),
    send(content, { baseUrl = platform.url, signal = new AbortController().signal } = {}) {
      const outbound: Outbound = { address, content, echo }
      const full: Account = { ...account, baseUrl }
      return bench.connector.send(outbound, full, signal)
    },
  }
  return bench
}

async function answered(t: TestContext, subject: SuiteSubject, script: Script) {
  const bench = await benchOf(t, subject)
  bench.platform.script(script)
  const outcome = await bench.send(hello)
  assert.equal(bench.platform.requests.length, 1)
  return outcome
}

/** Undefined for what makes no message: it is done to one, and test/connectors/kinds.test.ts does it. */
function sampleOf(kind: Content['type']): Content | undefined {
  const samples: Partial<Record<Content['type'], Content>> = sampleContents
  const deeds: readonly Content['type'][] = ['reaction', 'edit', 'delete', 'typing', 'read']
  return deeds.includes(kind) ? undefined : samples[kind]
}
