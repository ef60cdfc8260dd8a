import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { headerNames } from '../../domain/headers.ts'
import { seededRandom } from '../random.ts'
import { until } from '../until.ts'
import { handItems } from './hand-items.ts'
import { openGateway } from './open-gateway.ts'
import { personSocket } from './person-socket.ts'
import { talkOf } from './talk-of.ts'
import { tokenFor } from './token-for.ts'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index))
const textsOf = (items: readonly { content: { text: string } }[]) =>
  items.map(({ content }) => content.text)

describe('a socket', () => {
  test('shows what came while nobody was there, then what comes, and only the person’s own', async (t) => {
    const open = await openGateway(t)
    const { token, participantId } = await tokenFor(open, 'ana')
    await handItems(open.tools, 'ana', ['1', '2'])
    await handItems(open.tools, 'bia', ['not hers'])
    const ana = await personSocket(open.gateway.httpPort, token, { asBrowser: true })
    assert.equal(ana.ws.protocol, 'chat4all.v1')
    await until('the old ones are there', () => ana.items().length === 2)
    await handItems(open.tools, 'bia', ['nor this'])
    await handItems(open.tools, 'ana', ['3'])
    await until('the new one is there', () => ana.items().length === 3)
    assert.deepEqual(textsOf(ana.items()), ['1', '2', '3'])
    assert.deepEqual(ana.frames[0], {
      type: 'ready',
      cursor: ana.frames[0].cursor,
      participantId,
      address: 'ana',
    })
    assert.deepEqual(ana.items()[0], {
      type: 'item',
      cursor: ana.items()[0].cursor,
      id: ana.items()[0].id,
      conversationId: 'c_talk',
      messageId: 'm-1',
      part: 0,
      parts: 1,
      acceptedAt: '2023-11-14T22:13:20.000Z',
      content: { type: 'text', text: '1' },
    })
    ana.ws.close()
  })

  test('resumes without a gap and without an overlap, however often it is cut', async (t) => {
    const open = await openGateway(t)
    const { token } = await tokenFor(open, 'ana')
    const random = seededRandom(7)
    const total = 400
    let handed = 0
    const handSome = async () => {
      const texts = numbered(handed, Math.min(total, handed + 1 + random.below(30)))
      handed += texts.length
      for (const text of texts) {
        await handItems(open.tools, 'ana', [text])
        if (random.chance(0.3)) await handItems(open.tools, 'bia', [`b${text}`])
      }
    }
    const seen: string[] = []
    let after = 'start'
    let cuts = 0
    while (seen.length < total) {
      // Some stood there before, some come while it connects, and some after.
      const handing = handSome()
      const ana = await personSocket(open.gateway.httpPort, token, { after })
      const wanted = Math.min(handed, seen.length + 1 + random.below(20))
      await until('some have come', () => seen.length + ana.items().length >= wanted)
      ana.ws.terminate()
      await Promise.all([ana.closed, handing])
      seen.push(...textsOf(ana.items()))
      after = ana.cursor()
      cuts++
    }
    assert.ok(cuts > 12, `cut ${cuts} times`)
    assert.deepEqual(seen, numbered(0, total))
  })

  test('tells each of several sockets of a person everything', async (t) => {
    const open = await openGateway(t)
    const { token } = await tokenFor(open, 'ana')
    const both = await Promise.all([1, 2].map(() => personSocket(open.gateway.httpPort, token)))
    await handItems(open.tools, 'ana', ['1', '2'])
    for (const ana of both) {
      await until('both are there', () => ana.items().length === 2)
      ana.ws.close()
    }
  })

  test('refuses a cursor that is somebody else’s, and one from the future', async (t) => {
    const open = await openGateway(t)
    const { token } = await tokenFor(open, 'ana')
    const future = Buffer.from('1.0.999').toString('base64url')
    for (const after of ['nonsense', Buffer.from('1.77.0').toString('base64url'), future]) {
      const ana = await personSocket(open.gateway.httpPort, token, { after })
      assert.equal(await ana.closed, 4010)
      assert.equal(ana.frames[0].code, 'C4A_BAD_REQUEST')
    }
  })

  test('stores what the person says before it is answered, in order, as theirs', async (t) => {
    const open = await openGateway(t)
    const { token, participantId } = await tokenFor(open, 'ana')
    const ana = await personSocket(open.gateway.httpPort, token)
    for (const id of numbered(0, 100)) {
      ana.say({ type: 'send', id, content: { type: 'text', text: `t${id}` } })
    }
    const content = { type: 'reaction', emoji: '👍' }
    ana.say({ type: 'send', id: 'r', replyTo: 'd1', conversationId: 'c1', content })
    ana.say({ type: 'read', ids: ['d1', 'd2'] })
    await ana.heard(({ id }) => id === 'r')
    await until(
      'the marks are stored',
      async () => (await open.records('inbound.in-app')).length === 103,
    )
    const records = await open.records('inbound.in-app')
    assert.ok(records.every(({ key }) => key === participantId))
    assert.ok(records.every(({ headers }) => headers[headerNames.tenant] === 'default'))
    const all = (await open.decoded('inbound.in-app', 'InboundItem')) as {
      readonly item: Uint8Array
      readonly context: Uint8Array
      readonly account: string
    }[]
    const items = all.map(({ item }) => JSON.parse(Buffer.from(item).toString()))
    const atMs = items[0].atMs
    assert.deepEqual(
      items.map(({ id }) => id),
      [...numbered(0, 100), 'r', 'd1', 'd2'].map((id) => `${participantId}.${id}`),
    )
    assert.deepEqual(items[0], {
      kind: 'message',
      id: `${participantId}.0`,
      content: { type: 'text', text: 't0' },
      address: 'ana',
      atMs,
    })
    assert.equal(items[100].replyTo, `${participantId}.d1`)
    assert.equal(items[100].conversationId, 'c1')
    assert.deepEqual([items[101].kind, items[101].status], ['receipt', 'read'])
    assert.equal(Buffer.from(all[0]?.context ?? []).toString(), '{"account":"in-app"}')
    ana.ws.close()
  })

  test('answers what is no frame, and goes on', async (t) => {
    const open = await openGateway(t)
    const { token } = await tokenFor(open, 'ana')
    const ana = await personSocket(open.gateway.httpPort, token)
    const bad = [
      'no json',
      '{}',
      { type: 'poem' },
      { type: 'send', id: '1' },
      { type: 'send', id: '1', content: { type: 'image', blobId: 'of somebody else' } },
      { type: 'send', id: '1', content: { type: 'reaction', emoji: '👍' } },
      { type: 'send', id: '1', content: { type: 'text', text: 'x' }, from: 'bia' },
      { type: 'read', ids: [] },
    ]
    for (const frame of bad) ana.say(frame)
    ana.say({ type: 'send', id: 'good', content: { type: 'text', text: 'x' } })
    await ana.heard(({ type, id }) => type === 'accepted' && id === 'good')
    const failed = ana.frames.filter(({ type }) => type === 'failed')
    assert.deepEqual(
      failed.map(({ code }) => code),
      bad.map(() => 'C4A_BAD_REQUEST'),
    )
    assert.equal((await open.records('inbound.in-app')).length, 1)
    ana.ws.send(Buffer.from([1, 2]))
    assert.equal(await ana.closed, 1003)
  })

  test('says that nothing was stored while the log is away, of what waits behind it too', async (t) => {
    let away = true
    const open = await openGateway(t, {
      tools: ({ broker }) => ({
        broker: {
          ...broker,
          append: (records) => (away ? Promise.reject(new Error('away')) : broker.append(records)),
        },
      }),
    })
    const { token } = await tokenFor(open, 'ana')
    const ana = await personSocket(open.gateway.httpPort, token)
    const sends = ['1', '2', '3'].map((id) => ({
      type: 'send',
      id,
      content: { type: 'text', text: id },
    }))
    for (const frame of sends) ana.say(frame)
    await ana.heard(({ id }) => id === '3')
    const failed = ana.frames.filter(({ type }) => type === 'failed')
    assert.deepEqual(
      failed.map(({ id, code, retryable }) => [id, code, retryable]),
      ['1', '2', '3'].map((id) => [id, 'C4A_UNAVAILABLE', true]),
    )
    away = false
    for (const frame of sends) ana.say(frame)
    await ana.heard(({ type, id }) => type === 'accepted' && id === '3')
    ana.ws.close()
  })

  test('may say so much at once, and all of it a little later', async (t) => {
    const open = await openGateway(t, { limits: { personRate: { perSecond: 50, burst: 10 } } })
    const { token } = await tokenFor(open, 'ana')
    const ana = await personSocket(open.gateway.httpPort, token)
    const say = (id: string) => ana.say({ type: 'send', id, content: { type: 'text', text: id } })
    for (const id of numbered(0, 40)) say(id)
    const refused = await ana.heard(({ code }) => code === 'C4A_TOO_MANY_REQUESTS')
    assert.equal(refused.retryable, true)
    await until('it may again', async () => {
      say('later')
      await new Promise((resolve) => setTimeout(resolve, 20))
      return ana.frames.some(({ type, id }) => type === 'accepted' && id === 'later')
    })
    ana.ws.close()
  })

  test('is cut when it reads nothing for too long, and misses nothing', async (t) => {
    const open = await openGateway(t, { limits: { stalledStreamMs: 300 } })
    const { token } = await tokenFor(open, 'ana')
    const ana = await personSocket(open.gateway.httpPort, token)
    await ana.heard(({ type }) => type === 'ready')
    ana.ws.pause()
    const large = 'x'.repeat(60_000)
    const texts = numbered(0, 300).map((text) => `${text} ${large}`)
    await handItems(open.tools, 'ana', texts)
    const metrics = async () => (await open.api.call('/metrics')).text
    await until('it is cut', async () =>
      (await metrics()).includes('c4a_in_app_closed_total{transport="socket",why="stalled"} 1'),
    )
    ana.ws.resume()
    await ana.closed
    const seen = [...ana.items()]
    let after = ana.cursor()
    // On a busy machine the next one may be cut as well: then there is one more.
    while (seen.length < 300) {
      const again = await personSocket(open.gateway.httpPort, token, { after })
      let isClosed = false
      void again.closed.then(() => {
        isClosed = true
      })
      const isOver = () => isClosed || seen.length + again.items().length === 300
      await until('all are there, or it is cut', isOver)
      again.ws.close()
      await again.closed
      seen.push(...again.items())
      after = again.cursor()
    }
    assert.deepEqual(textsOf(seen), texts)
  })

  test('that answers no ping is gone; a quiet one is told how far it has come', async (t) => {
    const open = await openGateway(t, { limits: { pingMs: 50 } })
    const { token } = await tokenFor(open, 'ana')
    const ana = await personSocket(open.gateway.httpPort, token, { after: 'now' })
    await handItems(open.tools, 'bia', numbered(0, 40))
    await ana.heard(({ type }) => type === 'cursor')
    ana.ws.pause()
    await until('it is gone', async () =>
      (await open.api.call('/metrics')).text.includes('c4a_in_app_open{transport="socket"} 0'),
    )
    ana.ws.terminate()
  })

  test('hears who else is there and who types, in conversations of its own only', async (t) => {
    const open = await openGateway(t, { limits: { pingMs: 60_000 } })
    const who = ['ana', 'bia', 'eve'] as const
    const tokens = await Promise.all(who.map((each) => tokenFor(open, each)))
    const [a = '', b = ''] = tokens.map(({ participantId }) => participantId)
    await open.tools.directory.applyConversations([talkOf(a, b)])
    const [ana, bia, eve] = await Promise.all(
      tokens.map(({ token }) => personSocket(open.gateway.httpPort, token)),
    )
    assert.ok(ana && bia && eve)
    const watch = { type: 'watch', conversationId: 'c_talk' }
    ana.say({ type: 'typing', conversationId: 'c_talk' })
    assert.equal((await ana.heard(({ type }) => type === 'failed')).code, 'C4A_NOT_FOUND')
    ana.say(watch)
    eve.say(watch)
    assert.equal((await eve.heard(({ type }) => type === 'failed')).code, 'C4A_NOT_FOUND')
    bia.say(watch)
    const hint = (type: string, participantId: string) => (frame: object) =>
      JSON.stringify(frame) === JSON.stringify({ type, conversationId: 'c_talk', participantId })
    await ana.heard(hint('here', b))
    await bia.heard(hint('here', a))
    bia.say({ type: 'typing', conversationId: 'c_talk' })
    await ana.heard(hint('typing', b))
    bia.ws.terminate()
    await ana.heard(hint('away', b))
    assert.deepEqual(
      eve.frames.map(({ type }) => type),
      ['ready', 'failed'],
    )
    for (const each of [ana, eve]) each.ws.close()
  })

  test('ends with its token, and with the hub', async (t) => {
    let later = 0
    const open = await openGateway(t, {
      tools: ({ clock }) => ({ clock: { ...clock, now: () => clock.now() + later } }),
    })
    const short = await tokenFor(open, 'ana', { seconds: 600 })
    const ana = await personSocket(open.gateway.httpPort, short.token)
    const bia = await personSocket(open.gateway.httpPort, (await tokenFor(open, 'bia')).token)
    later = 601_000
    assert.equal(await ana.closed, 4001)
    await assert.rejects(personSocket(open.gateway.httpPort, short.token), /refused with 401/)
    void open.gateway.close()
    assert.equal(await bia.closed, 1001)
  })

  test('has no room for more than may be', async (t) => {
    const open = await openGateway(t, { limits: { people: 1 } })
    const { token } = await tokenFor(open, 'ana')
    const first = await personSocket(open.gateway.httpPort, token)
    const second = await personSocket(open.gateway.httpPort, token)
    assert.equal(await second.closed, 1011)
    assert.equal(second.frames[0].code, 'C4A_UNAVAILABLE')
    first.ws.close()
  })
})

test('an offer of HTTP/2 is passed over, as before there were sockets', async (t) => {
  const open = await openGateway(t)
  const connection = connect(open.gateway.httpPort, '127.0.0.1')
  connection.write(
    'GET /health HTTP/1.1\r\nhost: hub\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n',
  )
  const [head] = await new Promise<string[]>((resolve) =>
    connection.once('data', (bytes) => resolve(String(bytes).split('\r\n'))),
  )
  assert.equal(head, 'HTTP/1.1 200 OK')
  connection.destroy()
})
