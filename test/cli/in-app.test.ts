import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { personSocket } from '../gateway/person-socket.ts'
import { until } from '../until.ts'
import { type OpenHub, openHub } from './open-hub.ts'
import { assertClean, runCli } from './run-cli.ts'

// biome-ignore lint/suspicious/noExplicitAny: plain JSON of an answer.
type Any = any

describe('the in-app channel of a hub', { timeout: 240_000 }, () => {
  let hub: OpenHub
  before(async () => {
    hub = await openHub()
  })
  after(async () => {
    const { code } = await hub.stop()
    assert.equal(code, 0)
  })

  async function json(...args: readonly string[]): Promise<Any> {
    const ended = await runCli([...args, '--json'], hub.environment)
    assertClean(ended, hub.key)
    assert.equal(ended.code, 0, ended.stderr)
    return JSON.parse(ended.stdout)
  }

  const socketOf = async (address: string, after?: string) => {
    const { token } = await json('in-app', 'token', address)
    return personSocket(Number(new URL(hub.url).port), token, after === undefined ? {} : { after })
  }
  /** `accepted` while it is on its way to the tables. */
  const statusOf = async (messageId: string): Promise<string> => {
    const ended = await runCli(['status', messageId, '--json'], hub.environment)
    if (ended.code === 66) return 'accepted'
    assert.equal(ended.code, 0, ended.stderr)
    return JSON.parse(ended.stdout).status
  }

  test('shows what was sent while nobody was there, and tells when it was delivered and read', async () => {
    const { messageId, conversationId } = await json(
      'send',
      '--to',
      'in-app:ana',
      '--text',
      'Hello',
    )
    await until('it waits for her', async () => (await statusOf(messageId)) === 'sent')
    const ana = await socketOf('ana')
    const item = await ana.heard(({ type }) => type === 'item')
    assert.equal(item.conversationId, conversationId)
    assert.deepEqual(item.content, { type: 'text', text: 'Hello' })
    ana.say({ type: 'delivered', ids: [item.id] })
    await until('it is delivered', async () => (await statusOf(messageId)) === 'delivered')
    ana.say({ type: 'read', ids: [item.id] })
    await until('it is read', async () => (await statusOf(messageId)) === 'read')

    const bia = await socketOf('bia')
    const { messageId: other } = await json('send', '--to', 'in-app:ana', '--text', 'Mine?')
    const second = await ana.heard(({ content }) => content?.text === 'Mine?')
    // An id of somebody else's is nothing of one's own.
    bia.say({ type: 'read', ids: [second.id] })
    bia.say({ type: 'send', id: '1', content: { type: 'text', text: 'after it' } })
    await bia.heard(({ type }) => type === 'accepted')
    await until('what bia wrote is there', async () => {
      const { conversations } = await json('conversations', 'ls')
      return conversations.some(({ lastMessage }: Any) => lastMessage?.content.text === 'after it')
    })
    assert.equal(await statusOf(other), 'sent')
    for (const each of [ana, bia]) each.ws.close()
  })

  test('people on Telegram, on WhatsApp and in the app talk in one group', async () => {
    const davi = 'telegram:900000004'
    const lia = 'whatsapp:5511999990001'
    const phone = (whose: string, what: string) =>
      `${hub.phones}/simulator/phones/${whose.replace(':', '/')}/${what}`
    const answer = (whose: string, text: string) =>
      request(phone(whose, 'answer'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      })
    const onPhone = (whose: string, text: string) =>
      until(`${whose} sees '${text}'`, async () => {
        const { body } = await request(phone(whose, 'messages'))
        return JSON.stringify(await body.json()).includes(text)
      })
    for (const each of [davi, lia]) await answer(each, 'I am here')
    const group = await json('conversations', 'create', '--title', 'Trip', davi, lia, 'in-app:caio')
    // Whoever writes before the group is in the tables writes to the account alone.
    const made = await request(
      `${hub.url}/v1/conversations/${group.conversationId}?position=${encodeURIComponent(group.position)}`,
      { headers: { authorization: `Bearer ${hub.key}` } },
    )
    assert.equal(made.statusCode, 200, await made.body.text())
    const caio = await socketOf('caio')

    await answer(davi, 'Who packs the tent?')
    const asked = await caio.heard(({ content }) => content?.text === 'Who packs the tent?')
    assert.equal(asked.conversationId, group.conversationId)
    const from = group.participants.find(({ channel }: Any) => channel === 'telegram')
    assert.equal(asked.from, from.participantId)
    assert.equal(asked.fromName, 'Davi')
    await onPhone(lia, 'Davi: Who packs the tent?')

    caio.say({
      type: 'send',
      id: 'mine-1',
      replyTo: asked.id,
      content: { type: 'text', text: 'The tent is mine' },
    })
    for (const each of [davi, lia]) await onPhone(each, 'The tent is mine')
    // Sent again, as after a cut: it is one message.
    caio.say({
      type: 'send',
      id: 'mine-1',
      replyTo: asked.id,
      content: { type: 'text', text: 'The tent is mine' },
    })

    caio.ws.terminate()
    await answer(lia, 'While you were away')
    const again = await socketOf('caio', caio.cursor())
    const missed = await again.heard(({ content }) => content?.text === 'While you were away')
    assert.equal(again.items().length, 1)
    assert.equal(missed.conversationId, group.conversationId)
    const shown = await request(phone(davi, 'messages'))
    assert.equal(JSON.stringify(await shown.body.json()).split('The tent is mine').length, 2)
    again.ws.close()
  })

  test('a person in two groups is heard where they say, and nowhere else', async () => {
    const create = async (...people: readonly string[]) => {
      const { conversationId, position } = await json('conversations', 'create', ...people)
      const at = encodeURIComponent(position)
      const path = `/v1/conversations/${conversationId}?position=${at}`
      const made = await request(hub.url + path, {
        headers: { authorization: `Bearer ${hub.key}` },
      })
      assert.equal(made.statusCode, 200, await made.body.text())
      return conversationId
    }
    const withEli = await create('in-app:dora', 'in-app:eli')
    const withFred = await create('in-app:dora', 'in-app:fred')
    const strangers = await create('in-app:eli', 'in-app:fred')
    const { messageId: hello } = await json('send', '--to', 'in-app:dora', '--text', 'Hello')
    const [dora, eli, fred] = await Promise.all(['dora', 'eli', 'fred'].map((who) => socketOf(who)))
    assert.ok(dora && eli && fred)
    const alone = await dora.heard(({ content }) => content?.text === 'Hello')
    assert.equal(alone.messageId, hello)

    const say = (conversationId: string, text: string) =>
      dora.say({ type: 'send', id: text, conversationId, content: { type: 'text', text } })
    say(strangers, 'to strangers')
    say(alone.conversationId, 'to the team')
    say(withEli, 'to Eli')
    say(withFred, 'to Fred')
    const toEli = await eli.heard(({ type }) => type === 'item')
    assert.deepEqual([toEli.conversationId, toEli.content.text], [withEli, 'to Eli'])
    const toFred = await fred.heard(({ type }) => type === 'item')
    assert.deepEqual([toFred.conversationId, toFred.content.text], [withFred, 'to Fred'])

    const saidIn = async (conversationId: string): Promise<readonly string[]> => {
      const path = `/v1/conversations/${conversationId}/messages`
      const headers = { authorization: `Bearer ${hub.key}` }
      const { body } = await request(hub.url + path, { headers })
      const { messages } = (await body.json()) as Any
      return messages.map(({ content, status }: Any) => `${content.text}: ${status}`)
    }
    for (const told of ['to strangers: rejected', 'to the team: received']) {
      await until(told, async () => (await saidIn(alone.conversationId)).includes(told))
    }
    assert.deepEqual(await saidIn(strangers), [])
    assert.equal(eli.items().length + fred.items().length, 2)
    for (const each of [dora, eli, fred]) each.ws.close()
  })

  test('the server that the simulator plays behind the app lets people in, and tells who is there', async () => {
    const asked = async (method: 'GET' | 'POST', path: string, body?: object, headers = {}) => {
      const answer = await request(`${hub.phones}/simulator/app/${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: answer.statusCode, body: (await answer.body.json()) as Any }
    }
    const { body: eva } = await asked('POST', 'enter', { address: 'eva' })
    assert.equal(eva.hub, hub.url)
    const socket = await personSocket(Number(new URL(hub.url).port), eva.token)
    const ready = await socket.heard(({ type }) => type === 'ready')
    assert.equal(ready.participantId, eva.participantId)

    const { status, body: group } = await asked('POST', 'group', { address: 'eva' })
    assert.equal(status, 201)
    const position = encodeURIComponent(group.position)
    const { body: hers } = await asked(
      'GET',
      `conversations?as=${eva.participantId}&position=${position}`,
    )
    assert.deepEqual(
      hers.conversations[0].participants.map(({ displayName }: Any) => displayName).sort(),
      ['Ana', 'Caio', 'Davi', 'Lia', 'eva'],
    )
    const { body: nobodys } = await asked('GET', 'conversations?as=p_nobody')
    assert.deepEqual(nobodys.conversations, [])

    const refused = await asked('POST', 'enter', { address: '' })
    assert.equal(refused.status, 400)
    assert.match(refused.body.detail, /address/)
    const stranger = await asked('POST', 'enter', { address: 'eva' }, { origin: 'http://else' })
    assert.equal(stranger.status, 403)
    socket.ws.close()
  })
})
