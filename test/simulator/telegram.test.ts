import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { Api, GrammyError, InputFile } from 'grammy'
import type { Update as GrammyUpdate } from 'grammy/types'
import type { SimulatorOptions } from '../../connectors/simulator/settings.ts'
import { numbers, openSimulator, post, tokens } from './open-simulator.ts'
import type { Received } from './receiver.ts'

const davi = 900000004

/** grammy knows nothing of us: it is the independent reader of what the simulator answers. */
async function openBot(t: TestContext, options: Partial<SimulatorOptions> = {}) {
  const opened = await openSimulator(t, options)
  const apiRoot = opened.simulator.baseUrl('telegram')
  const { port } = opened.simulator
  const answer = (body: unknown, chat = davi) =>
    post(`http://127.0.0.1:${port}/simulator/phones/telegram/${chat}/answer`, body)
  return { ...opened, apiRoot, answer, api: new Api(tokens.telegram, { apiRoot }) }
}

interface Update {
  readonly update_id: number
  readonly message: {
    readonly message_id: number
    readonly text?: string
    readonly chat: { readonly id: number }
    readonly photo?: readonly { readonly file_id: string; readonly width: number }[]
    readonly reply_to_message?: { readonly message_id: number }
  }
}
const updatesOf = (posts: readonly Received[]) => posts.map(({ body }) => body as Update)

describe('Telegram in the simulator, asked by grammy', () => {
  test('knows the bot by its token, and no other', async (t) => {
    const { api, apiRoot } = await openBot(t)
    const me = await api.getMe()
    assert.equal(me.id, Number(numbers.telegram))
    assert.equal(me.is_bot, true)
    const stranger = new Api('123456789:AAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', { apiRoot })
    await assert.rejects(stranger.getMe(), { error_code: 401, description: 'Unauthorized' })
  })

  test('takes a text and counts message ids up within the chat', async (t) => {
    const { api, simulator } = await openBot(t)
    const first = await api.sendMessage(davi, 'olá 👋')
    const second = await api.sendMessage(davi, 'again', {
      reply_parameters: { message_id: first.message_id },
    })
    assert.equal(first.text, 'olá 👋')
    assert.equal(first.chat.id, davi)
    assert.equal(second.message_id, first.message_id + 1)
    assert.equal(second.reply_to_message?.message_id, first.message_id)
    const shown = simulator.phones.find('telegram', String(davi))?.messages ?? []
    assert.deepEqual(
      shown.map(({ content, replyTo }) => [content, replyTo]),
      [
        [{ type: 'text', text: 'olá 👋' }, null],
        [{ type: 'text', text: 'again' }, String(first.message_id)],
      ],
    )
  })

  test('takes a picture as an upload, by link and by its file id, and a document and a place', async (t) => {
    const { api, simulator } = await openBot(t)
    const sent = await api.sendPhoto(davi, new InputFile(Buffer.from('png'), 'a.png'), {
      caption: 'look',
    })
    const { file_id = '' } = sent.photo.at(-1) ?? {}
    assert.equal(sent.caption, 'look')
    await api.sendPhoto(davi, file_id)
    await api.sendPhoto(davi, 'https://example.org/a.png')
    await api.sendDocument(davi, new InputFile(Buffer.from('pdf'), 'a.pdf'))
    const place = await api.sendLocation(davi, -23.5, -46.6)
    assert.equal(place.location.latitude, -23.5)
    const venue = await api.sendVenue(davi, -22.9, -43.2, 'Cristo', 'Tijuca')
    assert.equal(venue.venue.title, 'Cristo')
    await assert.rejects(api.sendVenue(davi, -22.9, -43.2, '', ''), { error_code: 400 })
    const shown = simulator.phones.find('telegram', String(davi))?.messages ?? []
    assert.deepEqual(
      shown.map(({ content }) => content.type),
      ['image', 'image', 'image', 'document', 'location', 'location'],
    )
    const file = await api.getFile(file_id)
    const url = `${simulator.baseUrl('telegram')}/file/bot${tokens.telegram}/${file.file_path}`
    assert.equal(await (await fetch(url)).text(), 'png')
  })

  const refusals = [
    ['an empty text', () => ' ', 'Bad Request: message text is empty'],
    ['a text of 4097 characters', () => 'x'.repeat(4097), 'Bad Request: message is too long'],
  ] as const
  for (const [what, text, description] of refusals) {
    test(`refuses ${what}`, async (t) => {
      const { api } = await openBot(t)
      await assert.rejects(api.sendMessage(davi, text()), { error_code: 400, description })
    })
  }

  test('counts an emoji as one character, as Telegram does', async (t) => {
    const { api } = await openBot(t)
    assert.equal([...((await api.sendMessage(davi, '👋'.repeat(4096))).text ?? '')].length, 4096)
  })

  test('finds no chat with a person who never wrote, and one who did', async (t) => {
    const { api, answer } = await openBot(t, { windows: 'enforced' })
    await assert.rejects(api.sendMessage(777777, 'hi'), {
      error_code: 400,
      description: 'Bad Request: chat not found',
    })
    await answer({ text: '/start' }, 777777)
    assert.equal((await api.sendMessage(777777, 'hi')).text, 'hi')
  })

  test('says 403 when the person blocked the bot', async (t) => {
    const { api, simulator } = await openBot(t)
    simulator.phones.at('telegram', String(davi)).gone = true
    await assert.rejects(
      api.sendMessage(davi, 'hi'),
      (error) => error instanceof GrammyError && error.error_code === 403,
    )
  })

  test('throttles with a hint, throttles without one, and lets the third through', async (t) => {
    const script = [
      { fault: 'throttle-with-hint' },
      { fault: 'throttle-without-hint', nth: 2 },
    ] as const
    const { api, simulator } = await openBot(t, { faults: { script, hintSeconds: 7 } })
    await assert.rejects(api.sendMessage(davi, 'hi'), {
      error_code: 429,
      parameters: { retry_after: 7 },
    })
    await assert.rejects(api.sendMessage(davi, 'hi'), { error_code: 429, parameters: {} })
    assert.equal((await api.sendMessage(davi, 'hi')).text, 'hi')
    assert.equal(simulator.phones.find('telegram', String(davi))?.arrived, 1)
  })

  test('posts what a person writes with the secret token, and replies by id', async (t) => {
    const { api, answer, hub } = await openBot(t)
    const { message_id } = await api.sendMessage(davi, 'question')
    await answer({ text: 'answer', replyTo: String(message_id) })
    await answer({ image: {} })
    await hub.until((posts) => posts.length === 2)
    assert.equal(hub.posts[0]?.headers['x-telegram-bot-api-secret-token'], 'telegram-secret')
    const [text, photo] = updatesOf(hub.posts)
    assert.equal(text?.message.text, 'answer')
    assert.equal(text?.message.reply_to_message?.message_id, message_id)
    assert.ok((photo?.message.photo?.length ?? 0) > 1)
  })

  test('holds a chat behind an update that is not taken, in order, and no other chat', async (t) => {
    const { answer, hub, simulator } = await openBot(t)
    let away = true
    hub.answer = ({ body }) => ((body as Update).message.chat.id === davi && away ? 500 : 200)
    await answer({ text: '1' })
    await answer({ text: '2' })
    await answer({ text: 'other' }, 55555)
    await hub.until((posts) => updatesOf(posts).some(({ message }) => message.text === 'other'))
    assert.ok(!updatesOf(hub.posts).some(({ message }) => message.text === '2'))
    away = false
    await simulator.settled()
    const heard = updatesOf(hub.posts)
      .filter(({ message }) => message.chat.id === davi)
      .map(({ message }) => message.text)
    assert.deepEqual(heard.slice(-2), ['1', '2'])
    assert.equal(heard.indexOf('2'), heard.length - 1)
  })

  test('tells each update of a chat once and in order, however fast the person writes', async (t) => {
    const { answer, hub, simulator } = await openBot(t)
    const texts = Array.from({ length: 20 }, (_, index) => String(index))
    await Promise.all(texts.map((text) => answer({ text })))
    await simulator.settled()
    const ids = updatesOf(hub.posts).map(({ update_id }) => update_id)
    assert.equal(ids.length, texts.length)
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
    )
  })

  test('sets, tells and deletes a webhook, and gives updates only without one', async (t) => {
    const { api, answer, hub } = await openBot(t)
    await assert.rejects(api.getUpdates(), { error_code: 409 })
    await api.deleteWebhook()
    await answer({ text: 'kept' })
    const [update] = await api.getUpdates()
    assert.equal(update?.message?.text, 'kept')
    assert.deepEqual(await api.getUpdates({ offset: (update?.update_id ?? 0) + 1 }), [])

    await api.setWebhook(hub.url, { secret_token: 'another' })
    assert.equal((await api.getWebhookInfo()).url, hub.url)
    await answer({ text: 'told' })
    await hub.until((posts) => posts.length === 1)
    assert.equal(hub.posts[0]?.headers['x-telegram-bot-api-secret-token'], 'another')
  })
})

describe('what is more than words on Telegram, asked by grammy', () => {
  test('shows contacts, buttons and formatting, and does what is done to a message', async (t) => {
    const { api, simulator, answer } = await openBot(t)
    const written = await answer({ text: 'oi' })
    const theirs = Number((written.body as { providerMessageId: string }).providerMessageId)
    const contact = await api.sendContact(davi, '+5521', 'Bia', { last_name: 'Lima' })
    assert.equal(contact.contact?.phone_number, '+5521')
    const menu = await api.sendMessage(davi, 'Which?', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    })
    await api.sendMessage(davi, 'bold', { entities: [{ type: 'bold', offset: 0, length: 4 }] })
    assert.equal(await api.setMessageReaction(davi, theirs, [{ type: 'emoji', emoji: '👍' }]), true)
    await api.editMessageText(davi, menu.message_id, 'Which one?')
    assert.equal(await api.deleteMessage(davi, menu.message_id), true)
    assert.equal(await api.sendChatAction(davi, 'typing'), true)
    await assert.rejects(api.editMessageText(davi, theirs, 'x'), { error_code: 400 })
    const picture = await api.sendPhoto(davi, new InputFile(Buffer.from('png'), 'a.png'))
    const its = picture.message_id
    await assert.rejects(api.editMessageText(davi, its, 'x'), /no text in the message to edit/)
    await api.editMessageCaption(davi, its, { caption: 'look' })

    const shown = simulator.phones.find('telegram', String(davi))?.messages.slice(1) ?? []
    assert.deepEqual(
      shown.map(({ content, replyTo }) => [content.type, replyTo]),
      [
        ['contacts', null],
        ['buttons', null],
        ['text', null],
        ['reaction', String(theirs)],
        ['edit', String(menu.message_id)],
        ['delete', String(menu.message_id)],
        ['typing', null],
        ['image', null],
        ['edit', String(its)],
      ],
    )
  })

  test('tells of taps, reactions and changes as Telegram does', async (t) => {
    const { api, answer, hub, simulator } = await openBot(t)
    await answer({ text: 'oi' })
    const menu = await api.sendMessage(davi, 'Which?', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    })
    const replyTo = String(menu.message_id)
    await answer({ choice: { id: 'a', title: 'A' }, replyTo })
    await answer({ reaction: '❤', replyTo })
    await hub.until((posts) => posts.length >= 3)
    const [tap, reaction] = hub.posts.slice(1).map(({ body }) => body as GrammyUpdate)
    assert.equal(tap?.callback_query?.data, 'a')
    assert.equal(tap?.callback_query?.message?.message_id, menu.message_id)
    // The receiver of this test says nothing, so the button waits until the bot calls.
    const open = () => simulator.stats()
    assert.match(JSON.stringify(open()), /"openTaps":1/)
    const id = String(tap?.callback_query?.id)
    assert.equal(await api.answerCallbackQuery(id), true)
    assert.match(JSON.stringify(open()), /"openTaps":0/)
    await assert.rejects(api.answerCallbackQuery(id), { error_code: 400 })
    assert.deepEqual(reaction?.message_reaction?.new_reaction, [{ type: 'emoji', emoji: '❤' }])
  })
})
