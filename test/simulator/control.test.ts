import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { PhoneMessage } from '../../connectors/simulator/record.ts'
import type { Simulator } from '../../connectors/simulator/start-simulator.ts'
import { atOnce, numbers, openSimulator, post, tokens } from './open-simulator.ts'

const ana = '5511999990001'
const send = (simulator: Simulator, body: string, to = ana, echo = 'd1.1') =>
  post(
    `${simulator.baseUrl('whatsapp')}/v23.0/${numbers.whatsapp}/messages`,
    {
      messaging_product: 'whatsapp',
      to,
      type: 'text',
      text: { body },
      biz_opaque_callback_data: echo,
    },
    tokens.whatsapp,
  )
const at = ({ port }: Simulator, path: string) => `http://127.0.0.1:${port}${path}`
const get = async (simulator: Simulator, path: string) => {
  const answer = await fetch(at(simulator, path))
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
const put = (simulator: Simulator, path: string, body: unknown) =>
  fetch(at(simulator, path), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const parse = <Value>(text: string) => JSON.parse(text) as Value
const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parse<PhoneMessage>(line))

describe('the record of what arrived', () => {
  test("lists a phone's messages in order of arrival, with echo, account and copies", async (t) => {
    const { simulator } = await openSimulator(t)
    await send(simulator, 'one', ana, 'd1.1')
    await send(simulator, 'two', ana, 'd2.1')
    await send(simulator, 'one', ana, 'd1.2')
    const path = `/simulator/phones/whatsapp/${ana}/messages`
    const { text } = await get(simulator, path)
    const { arrived, messages } = parse<{ arrived: number; messages: PhoneMessage[] }>(text)
    assert.equal(arrived, 3)
    assert.deepEqual(
      messages.map(({ content, echo, copy, account }) => [content, echo, copy, account]),
      [
        [{ type: 'text', text: 'one' }, 'd1.1', 1, numbers.whatsapp],
        [{ type: 'text', text: 'two' }, 'd2.1', 1, numbers.whatsapp],
        [{ type: 'text', text: 'one' }, 'd1.2', 2, numbers.whatsapp],
      ],
    )
  })

  test('gives all arrivals as lines, and only those after the one that is asked from', async (t) => {
    const { simulator } = await openSimulator(t)
    for (const text of ['1', '2', '3']) await send(simulator, text, `552199999000${text}`)
    const all = lines((await get(simulator, '/simulator/log')).text)
    assert.deepEqual(
      all.map(({ seq, address }) => [seq, address]),
      [
        [1, '5521999990001'],
        [2, '5521999990002'],
        [3, '5521999990003'],
      ],
    )
    assert.deepEqual(
      lines((await get(simulator, '/simulator/log?after=1&limit=1')).text).map(({ seq }) => seq),
      [2],
    )
  })

  test('keeps memory bounded and says from where on it remembers', async (t) => {
    const { simulator } = await openSimulator(t, { keep: { perPhone: 4, all: 8 } })
    for (let index = 0; index < 30; index++) await send(simulator, `text ${index}`)
    const phone = simulator.phones.find('whatsapp', ana)
    assert.ok((phone?.messages.length ?? 99) <= 5)
    assert.equal(phone?.arrived, 30)
    const { text, headers } = await get(simulator, '/simulator/log')
    const kept = lines(text)
    assert.ok(kept.length <= 10)
    assert.equal(kept.at(-1)?.seq, 30)
    assert.equal(headers.get('x-oldest-seq'), String(kept[0]?.seq))
  })

  test('is read again from its file, without the torn last line, and goes on counting', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'arrivals.ndjson')
    const first = await openSimulator(t, { file })
    await send(first.simulator, 'before')
    await first.simulator.close()
    await writeFile(file, `${await readFile(file, 'utf8')}{"seq":2,"at`)
    const second = await openSimulator(t, { file })
    assert.equal((await send(second.simulator, 'before')).status, 200)
    const messages = second.simulator.phones.find('whatsapp', ana)?.messages ?? []
    assert.deepEqual(
      messages.map(({ seq, copy }) => [seq, copy]),
      [
        [1, 1],
        [2, 2],
      ],
    )
    await second.simulator.close()
    const third = await openSimulator(t, { file })
    assert.deepEqual(
      third.simulator.phones.after(0, 10).map(({ seq }) => seq),
      [1, 2],
    )
  })
})

describe('a person at a phone', () => {
  test('who looks away leaves messages delivered; looking again reads them', async (t) => {
    const { simulator } = await openSimulator(t)
    const path = `/simulator/phones/whatsapp/${ana}`
    await put(simulator, path, { looking: false })
    await send(simulator, 'one')
    const status = () => simulator.phones.find('whatsapp', ana)?.messages[0]?.status
    assert.equal(status(), 'delivered')
    await put(simulator, path, { looking: true })
    assert.equal(status(), 'read')
  })

  test('who looks away before reading has not read', async (t) => {
    const { simulator } = await openSimulator(t, { latencies: { ...atOnce, read: [30, 30] } })
    await send(simulator, 'one')
    await put(simulator, `/simulator/phones/whatsapp/${ana}`, { looking: false })
    await simulator.settled()
    assert.equal(simulator.phones.find('whatsapp', ana)?.messages[0]?.status, 'delivered')
  })

  test('can be made to read by hand', async (t) => {
    const { simulator } = await openSimulator(t, { looking: false })
    await send(simulator, 'one')
    await send(simulator, 'two')
    const { body } = await post(at(simulator, `/simulator/phones/whatsapp/${ana}/read`), {})
    assert.deepEqual(body, { read: 2 })
  })

  const refused = [
    ['nothing', {}],
    ['a place without longitude', { location: { latitude: 1 } }],
    ['a picture that is a page', { image: { base64: 'AA==', mimeType: 'text/html' } }],
    ['a reply to a message that never came', { text: 'x', replyTo: 'wamid.x' }],
    ['another account', { text: 'x', account: '1' }],
  ] as const
  for (const [what, body] of refused) {
    test(`cannot send ${what}`, async (t) => {
      const { simulator } = await openSimulator(t)
      const path = `/simulator/phones/whatsapp/${ana}/answer`
      assert.equal((await post(at(simulator, path), body)).status, 422)
      assert.equal(simulator.phones.find('whatsapp', ana)?.messages.length, 0)
    })
  }
})

describe('the control API', () => {
  test('shows and changes the plan of faults', async (t) => {
    const { simulator } = await openSimulator(t)
    const changed = await put(simulator, '/simulator/faults', {
      script: [{ fault: 'server-error' }],
    })
    assert.equal(changed.status, 200)
    assert.equal((await send(simulator, 'x')).status, 500)
    const { text } = await get(simulator, '/simulator/faults')
    assert.deepEqual(parse<{ counts: object }>(text).counts, { 'server-error': 1 })
    assert.equal((await put(simulator, '/simulator/faults', { rates: { none: 1 } })).status, 422)
    assert.equal((await put(simulator, '/simulator/faults', [])).status, 422)
  })

  const strangers = [
    ['another Host', { host: 'evil.example' }, 'GET'],
    [
      'another Origin',
      { origin: 'https://evil.example', 'content-type': 'application/json' },
      'POST',
    ],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 'GET'],
    ['a form', { 'content-type': 'text/plain' }, 'POST'],
  ] as const
  for (const [what, headers, method] of strangers) {
    test(`refuses ${what}`, async (t) => {
      const { simulator } = await openSimulator(t)
      const path = `/simulator/phones/whatsapp/${ana}/${method === 'GET' ? 'messages' : 'answer'}`
      const status = await new Promise((done, failed) => {
        const call = request({ port: simulator.port, method, path, headers }, ({ statusCode }) =>
          done(statusCode),
        )
        call.on('error', failed)
        call.end(method === 'POST' ? '{"text":"x"}' : undefined)
      })
      assert.equal(status, 403)
      assert.equal(simulator.phones.find('whatsapp', ana)?.messages.length, 0)
    })
  }

  test('makes the handshake as Meta does', async (t) => {
    const { simulator } = await openSimulator(t)
    assert.equal(await simulator.handshake('whatsapp', numbers.whatsapp), true)
    assert.equal(await simulator.handshake('whatsapp', '1'), false)
  })
})

describe('the page of the phones', () => {
  test('comes with a policy that lets in nothing but its own files, all of which are there', async (t) => {
    const { simulator } = await openSimulator(t)
    const { headers, text } = await get(simulator, '/')
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    assert.doesNotMatch(text, / on\w+=| style=|<script>/)
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)
    assert.ok(files.length >= 3)
    for (const path of [...files, '/bubble.js'])
      assert.equal((await get(simulator, path)).status, 200, path)
    assert.equal((await get(simulator, '/../control.ts')).status, 404)
  })

  test('of an app of one’s own may speak to the hub besides, where it is told of one', async (t) => {
    const hub = { url: 'http://127.0.0.1:8080', key: 'k' }
    const { simulator } = await openSimulator(t, { hub })
    const { headers, text } = await get(simulator, '/app')
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /script-src 'self';/)
    assert.match(policy, /connect-src 'self' ws:\/\/127\.0\.0\.1:8080;/)
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.doesNotMatch(text, / on\w+=| style=|<script>/)
    const linked = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)
    for (const path of linked) {
      const { status, text: file } = await get(simulator, path)
      assert.equal(status, 200, path)
      for (const [, other = ''] of file.matchAll(/ from '\.(\/[^']+)'/g)) {
        assert.equal((await get(simulator, other)).status, 200, other)
      }
    }
    const alone = await openSimulator(t)
    const page = await get(alone.simulator, '/app')
    assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /ws:|http:/)
    const answered = await get(alone.simulator, '/simulator/app/people')
    assert.equal(answered.status, 503)
    assert.match(answered.text, /npm start/)
  })

  test('hears live what arrives and what becomes of it', async (t) => {
    const { simulator } = await openSimulator(t)
    const stop = new AbortController()
    const answer = await fetch(at(simulator, '/simulator/live'), { signal: stop.signal })
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    await send(simulator, 'olá')
    let heard = ''
    for await (const chunk of answer.body ?? []) {
      heard += Buffer.from(chunk).toString()
      if (heard.includes('event: status')) break
    }
    stop.abort()
    assert.match(heard, /event: message\ndata: .*"olá"/)
    assert.match(heard, /event: status\ndata: .*"status":"read"/)
  })

  test('shows what a picture is, and gives anything else as a download', async (t) => {
    const { simulator } = await openSimulator(t)
    const path = `/simulator/phones/whatsapp/${ana}/answer`
    const { body } = await post(at(simulator, path), { image: { caption: 'look' } })
    const { mediaId = '' } = (body as { content: { mediaId?: string } }).content
    const { headers } = await get(simulator, `/simulator/media/${mediaId}`)
    assert.equal(headers.get('content-type'), 'image/png')
    assert.match(headers.get('content-security-policy') ?? '', /sandbox/)
  })
})
