import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { telegram } from '../../connectors/telegram/connector.ts'
import { telegramOutcome } from '../../connectors/telegram/outcome.ts'
import { type ConnectorSubject, connectorConformance } from '../conformance/connector.ts'
import type { Script } from './scripted-platform.ts'
import { sentBody } from './sent-body.ts'

const account = {
  id: 'main-bot',
  externalId: '400000000000004',
  secrets: { token: '123456:AAE+s3cr3t/t3l3gr4m' },
  apiVersion: '',
  options: {},
}
const taken = {
  script: {
    status: 200,
    body: {
      ok: true,
      result: { message_id: 42, date: 1, chat: { id: 900000004, type: 'private' } },
    },
  },
  providerMessageId: '900000004:42',
}
const fault = (code: number, description: string, parameters?: object): Script => ({
  status: code,
  body: { ok: false, error_code: code, description, ...(parameters && { parameters }) },
})

type Row = ConnectorSubject['errors'][number]
const rows: readonly (readonly [Row['kind'], Row['reason'], number, string])[] = [
  ['retry', 'throttled-conversation', 429, 'Too Many Requests: retry after 5'],
  ['retry', 'throttled-conversation', 400, 'Bad Request: Too Many Requests: retry after 5'],
  ['retry', 'transient', 500, 'Internal Server Error'],
  ['retry', 'transient', 400, 'Bad Request: wrong file_id or the file is temporarily unavailable'],
  ['retry', 'transient', 409, 'Conflict: terminated by other getUpdates request'],
  ['retry', 'channel-auth', 401, 'Unauthorized'],
  ['retry', 'channel-auth', 404, 'Not Found'],
  ['refused', 'opted-out', 403, 'Forbidden: bot was blocked by the user'],
  ['refused', 'recipient-gone', 403, 'Forbidden: user is deactivated'],
  ['refused', 'recipient-gone', 403, 'Forbidden: bot was kicked from the group chat'],
  ['refused', 'recipient-gone', 403, "Forbidden: bot can't initiate conversation with a user"],
  ['refused', 'recipient-gone', 400, 'Bad Request: chat not found'],
  ['refused', 'recipient-moved', 400, 'Bad Request: group chat was upgraded to a supergroup chat'],
  ['refused', 'media-unreachable', 400, 'Bad Request: failed to get HTTP URL content'],
  ['refused', 'media-unreachable', 400, 'Bad Request: wrong type of the web page content'],
  ['refused', 'media-unreachable', 400, 'Bad Request: wrong file identifier/HTTP URL specified'],
  ['refused', 'content-rejected', 400, 'Bad Request: message text is empty'],
  ['refused', 'content-rejected', 400, "Bad Request: can't parse entities"],
  ['refused', 'content-rejected', 413, 'Request Entity Too Large'],
]

connectorConformance({
  channel: 'telegram',
  account,
  address: '900000004',
  taken,
  uploaded: null,
  throttled: {
    hinted: fault(429, 'Too Many Requests: retry after 5', { retry_after: 5 }),
    hintMs: 5000,
    bare: fault(429, 'Too Many Requests'),
  },
  refusal: (words) => fault(400, words),
  serverError: fault(502, 'Bad Gateway'),
  errors: rows.map(([kind, reason, code, words]): Row => {
    const row = { name: `${code} ${words}`, script: fault(code, words), kind }
    return reason === undefined ? row : { ...row, reason }
  }),
  sign: (_body, secret) => ({ 'x-telegram-bot-api-secret-token': secret }),
  signShort: (_body, secret) => ({ 'x-telegram-bot-api-secret-token': secret.slice(0, -1) }),
  proofCoversBody: false,
  endpointAccount: 'main-bot',
})

describe('telegram: request', () => {
  const sent = (t: Parameters<typeof sentBody>[0], over: object) =>
    sentBody(
      t,
      'telegram',
      account,
      { address: '900000004', echo: 'd1.1', content: { type: 'text', text: 'oi *' }, ...over },
      [taken.script],
    )
  const path = (method: string) => `/bot${account.secrets.token}/${method}`

  const calls: readonly (readonly [name: string, over: object, method: string, body: object])[] = [
    ['text without any markup', {}, 'sendMessage', { text: 'oi *' }],
    [
      'an answer, also where what it answers is gone',
      { replyTo: '900000004:41' },
      'sendMessage',
      { text: 'oi *', reply_parameters: { message_id: 41, allow_sending_without_reply: true } },
    ],
    [
      'an answer to an id that is not ours as a plain message',
      { replyTo: 'wamid.X' },
      'sendMessage',
      { text: 'oi *' },
    ],
    [
      'a photo by link with its caption',
      { content: { type: 'image', url: 'https://a.example/b.jpg', caption: 'olha' } },
      'sendPhoto',
      { photo: 'https://a.example/b.jpg', caption: 'olha' },
    ],
    [
      'a document that Telegram has already',
      { content: { type: 'document', mediaId: 'file-1' } },
      'sendDocument',
      { document: 'file-1' },
    ],
    [
      'a place',
      { content: { type: 'location', latitude: -22.9, longitude: -43.2 } },
      'sendLocation',
      { latitude: -22.9, longitude: -43.2 },
    ],
    [
      'a place with a name as a venue',
      { content: { type: 'location', latitude: 1, longitude: 2, name: 'Padaria' } },
      'sendVenue',
      { latitude: 1, longitude: 2, title: 'Padaria', address: 'Padaria' },
    ],
  ]
  for (const [name, over, method, body] of calls) {
    test(`carries ${name}`, async (t) => {
      const request = await sent(t, over)
      assert.equal(request.path, path(method))
      assert.deepEqual(request.body, { chat_id: 900000004, ...body })
    })
  }

  test('writes what is no text as JSON beside an uploaded file', async (t) => {
    const content = { type: 'image', blobId: 'photo', caption: 'olha' }
    const { path: seen, raw } = await sent(t, { content, replyTo: '900000004:41' })
    assert.equal(seen, path('sendPhoto'))
    const form = raw.toString('latin1')
    assert.match(form, /name="chat_id"\r\n\r\n900000004\r\n/)
    assert.match(form, /name="reply_parameters"\r\n\r\n\{"message_id":41,/)
    assert.match(form, /name="caption"\r\n\r\nolha\r\n/)
    assert.match(form, /name="photo"; filename="photo\.jpg"/)
  })

  test('addresses a group by its number and a channel by its name', async (t) => {
    assert.equal((await sent(t, { address: '-1001234567890' })).body['chat_id'], -1001234567890)
    assert.equal((await sent(t, { address: '@noticias' })).body['chat_id'], '@noticias')
  })
})

describe('telegram: what a message says is changed', () => {
  const to = { address: '900000004', echo: 'd1.1', replyTo: '900000004:41' }
  const content = {
    type: 'edit',
    text: 'new words',
    entities: [{ type: 'bold', offset: 0, length: 3 }],
  }
  const done = { status: 200, body: { ok: true, result: { message_id: 41 } } }
  const bold = [{ type: 'bold', offset: 0, length: 3 }]

  test('as its text', async (t) => {
    const { all, body } = await sentBody(t, 'telegram', account, { ...to, content }, [done])
    assert.equal(all.length, 1)
    const fields = { chat_id: 900000004, message_id: 41 }
    assert.deepEqual(body, { ...fields, text: 'new words', entities: bold })
  })

  test('as its caption, where Telegram says that it has no text', async (t) => {
    const none = fault(400, 'Bad Request: there is no text in the message to edit')
    const outbound = { ...to, content }
    const { path, all, body } = await sentBody(t, 'telegram', account, outbound, [none, done])
    assert.equal(all.length, 2)
    assert.match(path, /\/editMessageCaption$/)
    const fields = { chat_id: 900000004, message_id: 41 }
    assert.deepEqual(body, { ...fields, caption: 'new words', caption_entities: bold })
  })
})

describe('telegram: a tap', () => {
  const { webhook } = telegram({
    http: () => Promise.reject(new Error('a webhook needs no way out')),
    blob: async () => undefined,
    limits: {},
  })
  const answerTo = (update: unknown) => webhook.answer?.(Buffer.from(JSON.stringify(update)))

  test('is answered in what the webhook is answered with', () => {
    const tapped = { update_id: 1, callback_query: { id: '4382bfdwdsb323b2d9', data: 'yes' } }
    const call = { method: 'answerCallbackQuery', callback_query_id: '4382bfdwdsb323b2d9' }
    assert.deepEqual(answerTo(tapped), call)
  })

  const others = [{ update_id: 1, message: { text: 'hi' } }, { callback_query: null }, 7, null]
  for (const other of others) {
    test(`and nothing is said to ${JSON.stringify(other)}`, () => {
      assert.equal(answerTo(other), undefined)
    })
  }
})

describe('telegram: a group that moved', () => {
  test('is told with its new id', () => {
    const body = { ok: false, error_code: 400, description: 'upgraded to a supergroup chat' }
    const moved = { ...body, parameters: { migrate_to_chat_id: -1001234567890 } }
    const answer = { status: 400, headers: {}, body: Buffer.from(JSON.stringify(moved)) }
    const outcome = telegramOutcome(answer)
    assert.equal(outcome.kind === 'refused' && outcome.movedTo, '-1001234567890')
  })
})
