import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type FaultScene, faultScene } from './fault-scene.ts'

interface Heard {
  readonly conversationId: string
  readonly senderId: string
  readonly address: string
  readonly replyTo?: string
  readonly content: { readonly type: string; readonly text?: string }
}

// A person's address changes, and their conversation does not.
describe('faults of addresses that come in', { timeout: 240_000 }, () => {
  let scene: FaultScene
  before(async () => {
    scene = await faultScene()
  })
  after(() => scene.close())

  async function heard(text: string): Promise<Heard> {
    const endMs = Date.now() + 40_000
    for (;;) {
      const { json } = await scene.api('GET', '/v1/events?limit=1000')
      const found = json.events.find(
        (each: { type: string; data?: Heard }) =>
          each.type === 'message.received' && each.data?.content.text === text,
      )
      if (found) return found.data
      assert.ok(Date.now() < endMs, `${text} never came: ${JSON.stringify(json.events.slice(-3))}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async function said(address: string, text: string): Promise<Heard> {
    await scene.says('whatsapp', address, { text })
    return heard(text)
  }

  test('a person known by number, then by both, then by the id alone has one conversation', async () => {
    const address = '5511977780001'
    await scene.phone('whatsapp', address, { name: 'Bia' })
    await scene.script(
      { fault: 'bsuid-and-number', channel: 'whatsapp', address, nth: 2 },
      { fault: 'bsuid-only', channel: 'whatsapp', address, nth: 3 },
    )
    const first = await said(address, 'by number')
    const both = await said(address, 'by both')
    const last = await said(address, 'by id')
    assert.deepEqual([first.address, last.address.slice(0, 3)], [address, 'BR.'])
    for (const each of [both, last]) {
      assert.deepEqual([each.conversationId, each.senderId], [first.conversationId, first.senderId])
    }
    const { json } = await scene.api('GET', `/v1/conversations/${first.conversationId}`)
    assert.equal(json.participants[0].displayName, 'Bia')
  })

  test('a person known by the id alone keeps that conversation when the number is told', async () => {
    const address = '5511977780002'
    await scene.script(
      { fault: 'bsuid-only', channel: 'whatsapp', address },
      { fault: 'bsuid-and-number', channel: 'whatsapp', address, nth: 2 },
    )
    const first = await said(address, 'id first')
    assert.match(first.address, /^BR\.\d+$/)
    await said(address, 'then both')
    await said(address, 'then number')
    for (const text of ['then both', 'then number']) {
      const each = await heard(text)
      assert.deepEqual([each.conversationId, each.senderId], [first.conversationId, first.senderId])
    }
  })

  test('a group that becomes a supergroup stays the conversation that it was', async () => {
    let id = 800
    const inChat = (chat: number, fields: object) => ({
      update_id: ++id,
      message: {
        message_id: id,
        from: { id: 7200000009, is_bot: false, first_name: 'Davi' },
        chat: { id: chat, type: chat < -1_000_000 ? 'supergroup' : 'group', title: 'G' },
        date: Math.floor(Date.now() / 1000),
        ...fields,
      },
    })
    const [old, moved] = [-70001, -1007000100]
    assert.equal(await scene.telegram(inChat(old, { text: 'before the move' })), 200)
    const before = await heard('before the move')
    assert.equal(await scene.telegram(inChat(old, { migrate_to_chat_id: moved })), 200)
    assert.equal(await scene.telegram(inChat(moved, { migrate_from_chat_id: old })), 200)
    assert.equal(await scene.telegram(inChat(moved, { text: 'after the move' })), 200)
    const later = await heard('after the move')
    assert.deepEqual(
      [later.conversationId, later.senderId],
      [before.conversationId, before.senderId],
    )
  })

  test('in a group each sees who wrote, and an answer to the copy that they have', async () => {
    const [ana, davi] = ['5511977780003', '7000780003']
    await scene.phone('whatsapp', ana)
    await scene.phone('telegram', davi)
    const made = await scene.api('POST', '/v1/conversations', {
      title: 'Projeto',
      participants: [
        { channel: 'whatsapp', account: 'demo', address: ana, displayName: 'Ana' },
        { channel: 'telegram', account: 'demo', address: davi, displayName: 'Davi' },
      ],
    })
    assert.equal(made.status, 201, JSON.stringify(made.json))
    await scene.says('whatsapp', ana, { text: 'who comes?' })
    const asked = await heard('who comes?')
    assert.equal(asked.conversationId, made.json.conversationId)
    const [copy] = await shown('telegram', davi, 'Ana: who comes?')
    assert.ok(copy)

    await scene.says('telegram', davi, { text: 'I do', replyTo: copy.providerMessageId })
    const answered = await heard('I do')
    const message = await scene.api('GET', `/v1/messages/${answered.replyTo}`)
    assert.equal(message.json.content.text, 'who comes?')
    const [answer] = await shown('whatsapp', ana, 'Davi: I do')
    const own = (await scene.messages('whatsapp', ana)).find(
      ({ content }) => content.text === 'who comes?',
    )
    assert.equal(answer?.replyTo, own?.providerMessageId)
  })

  /** What the phone shows of that text, once it does. */
  async function shown(channel: string, address: string, text: string) {
    const endMs = Date.now() + 40_000
    for (;;) {
      const messages = await scene.messages(channel, address)
      const found = messages.filter(({ content }) => content.text === text)
      if (found.length > 0) return found
      assert.ok(Date.now() < endMs, `${text} is not among ${JSON.stringify(messages)}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
})
