import { actionOn } from './action-on.ts'
import type { Exchange } from './exchange.ts'
import type { Phone } from './phones.ts'
import { followUp } from './receipts.ts'
import { reply, serveSend } from './serve-send.ts'
import { type TelegramAction, telegramAction } from './telegram-action.ts'
import { telegramError, telegramFault, telegramOk } from './telegram-answer.ts'
import { type TelegramBot, telegramBot } from './telegram-bot.ts'
import { telegramContent } from './telegram-content.ts'
import { type TelegramForm, telegramForm } from './telegram-form.ts'
import { telegramHookMethod } from './telegram-hook-method.ts'
import { telegramInbound } from './telegram-inbound.ts'
import { telegramMessage } from './telegram-message.ts'
import { telegramWebhooks } from './telegram-webhooks.ts'
import type { Platform, World } from './world.ts'

/** `/bot<TOKEN>/<method>`: channels.md, section 5. It has no receipts: what the phone knows stays there. */
export function telegram(world: World): Platform {
  const { settings, phones, media } = world
  const accounts = settings.accounts.filter(({ channel }) => channel === 'telegram')
  const bots = accounts.map((account) => {
    // Of the calls that an answer may be, the one that the hub makes.
    const answered = (call: Readonly<Record<string, unknown>>) => {
      if (call['method'] === 'answerCallbackQuery')
        answerTap(bot, String(call['callback_query_id']))
    }
    const { timers } = world
    const webhooks = telegramWebhooks(settings.webhooks, timers, settings.nowMs, answered)
    const bot = telegramBot(account, webhooks, phones)
    return bot
  })
  const byToken = new Map(bots.map((bot) => [bot.account.token, bot]))
  const byAccount = new Map(bots.map((bot) => [bot.account.accountId, bot]))

  const platform: Platform = {
    channel: 'telegram',
    accounts,
    receipt() {},
    inbound(message, phone, marks) {
      const bot = byAccount.get(message.account)
      if (bot) telegramInbound(world, bot, phone, message, marks)
    },
    newMessageId: (phone, account) =>
      String(byAccount.get(account)?.nextMessageId(phone.address) ?? 1),
    handle,
    // Telegram makes no handshake: setWebhook is believed.
    handshake: async () => true,
    get stats() {
      return Object.fromEntries(
        bots.map(({ account, webhooks, openTaps }) => [
          account.accountId,
          { ...webhooks.stats, openTaps: openTaps.size },
        ]),
      )
    },
    get pending() {
      return bots.reduce(
        (sum, { webhooks, overtaken }) => sum + webhooks.pending + overtaken.size,
        0,
      )
    },
    async close() {
      await Promise.all(bots.map(({ webhooks }) => webhooks.close()))
    },
  }

  async function handle(exchange: Exchange) {
    const [, file, token = '', rest = ''] =
      /^(\/file)?\/bot([^/]+)\/(.+)$/.exec(exchange.path) ?? []
    const bot = byToken.get(decodeURIComponent(token))
    if (!bot) {
      // A token of the wrong shape is no path of theirs; one of the right shape is nobody's.
      const shaped = /^\d+:[\w-]{20,}$/.test(token)
      return reply(
        exchange,
        shaped ? telegramError(401, 'Unauthorized') : telegramError(404, 'Not Found'),
      )
    }
    if (file) return download(exchange, rest)
    const form = await telegramForm(exchange)
    if (!form) return reply(exchange, telegramError(400, "Bad Request: can't parse the request"))
    const answered = telegramHookMethod(rest, form, bot)
    if (answered) return reply(exchange, answered)
    switch (rest) {
      case 'getMe':
        return reply(exchange, telegramOk({ ...bot.user, can_join_groups: false }))
      case 'getFile':
        return getFile(exchange, form)
      case 'answerCallbackQuery':
        return reply(exchange, answerTap(bot, form.text('callback_query_id')))
      default: {
        const action = telegramAction(rest, form)
        if (action && 'refusal' in action) return reply(exchange, action.refusal)
        return action ? act(exchange, rest, action, form, bot) : send(exchange, rest, form, bot)
      }
    }
  }

  function act(
    exchange: Exchange,
    method: string,
    { content, messageId }: TelegramAction,
    form: TelegramForm,
    bot: TelegramBot,
  ) {
    const phone = phoneFor(bot, form)
    if (!phone) return reply(exchange, chatNotFound)
    const { accountId } = bot.account
    const found = phone.messages.find(
      (each) => each.providerMessageId === messageId && each.account === accountId,
    )
    // A bot changes only what it said itself.
    const mayAct = content.type === 'reaction' || found?.direction === 'to-phone'
    if (messageId !== null && !(found && mayAct)) {
      const doing = content.type === 'reaction' ? 'react' : content.type
      return reply(exchange, telegramError(400, `Bad Request: message to ${doing} not found`))
    }
    if (method === 'editMessageText' && found && 'mediaId' in found.content) {
      const why = 'there is no text in the message to edit'
      return reply(exchange, telegramError(400, `Bad Request: ${why}`))
    }
    serveSend(world, exchange, {
      channel: 'telegram',
      account: accountId,
      address: phone.address,
      content: JSON.stringify(content),
      refuse: telegramFault,
      accept() {
        if (phone.gone) return telegramError(403, 'Forbidden: bot was blocked by the user')
        phones.arrive(phone, actionOn(world, accountId, content, messageId))
        const isEdit = content.type === 'edit' && found
        return telegramOk(isEdit ? telegramMessage(world, bot, phone, found) : true)
      },
    })
  }

  function send(exchange: Exchange, method: string, form: TelegramForm, bot: TelegramBot) {
    const read = telegramContent(method, form, media)
    if (!read) return reply(exchange, telegramError(404, 'Not Found: method not found'))
    const phone = phoneFor(bot, form)
    if (form.text('chat_id') === undefined) {
      return reply(exchange, telegramError(400, 'Bad Request: chat_id is empty'))
    }
    if (!phone) return reply(exchange, chatNotFound)
    if ('refusal' in read) return reply(exchange, read.refusal)
    const { content } = read
    const replyTo = repliedTo(phone, bot, form)
    if (replyTo === undefined) {
      return reply(exchange, telegramError(400, 'Bad Request: message to be replied not found'))
    }

    serveSend(world, exchange, {
      channel: 'telegram',
      account: bot.account.accountId,
      address: phone.address,
      content: JSON.stringify(content),
      refuse(fault, hintSeconds) {
        if (fault !== 'chat-migrated') return telegramFault(fault, hintSeconds)
        const migrated = `-100${phone.address.replace('-', '')}`
        // Whoever is in the group stays in it.
        phones.at('telegram', migrated).windows = 'open'
        return chatMigrated(migrated)
      },
      accept(verdict) {
        if (phone.gone) return telegramError(403, 'Forbidden: bot was blocked by the user')
        const message = phones.arrive(phone, {
          account: bot.account.accountId,
          providerMessageId: String(bot.nextMessageId(phone.address)),
          content,
          replyTo,
          echo: null,
          fault: verdict.request,
        })
        followUp(world, platform, phone, message, verdict)
        return telegramOk(telegramMessage(world, bot, phone, message))
      },
    })
  }

  /** A bot cannot write first: the chat exists once its person has written, or where windows are open. */
  function phoneFor({ account }: TelegramBot, form: TelegramForm): Phone | undefined {
    const chat = form.text('chat_id') ?? ''
    if (!/^-?\d{4,16}$/.test(chat)) return undefined
    const known = phones.find('telegram', chat)
    if (!known) return settings.windows === 'open' ? phones.at('telegram', chat) : undefined
    const started = known.windows === 'open' || known.wroteAtMs.has(account.accountId)
    return started ? known : undefined
  }

  /** null when it answers nothing, undefined when what it answers is not there. */
  function repliedTo(phone: Phone, { account }: TelegramBot, form: TelegramForm) {
    const parameters = form.object('reply_parameters')
    const wanted = parameters?.['message_id'] ?? form.number('reply_to_message_id')
    if (wanted === undefined) return null
    const id = String(wanted)
    const found = phone.messages.some(
      (each) => each.providerMessageId === id && each.account === account.accountId,
    )
    if (found) return id
    return parameters?.['allow_sending_without_reply'] === true ? null : undefined
  }

  function getFile(exchange: Exchange, form: TelegramForm) {
    const found = media.get(form.text('file_id') ?? '')
    if (!found) return reply(exchange, telegramError(400, 'Bad Request: invalid file_id'))
    if (found.sizeBytes > 20 * 1024 * 1024) {
      return reply(exchange, telegramError(400, 'Bad Request: file is too big'))
    }
    const { id: file_id, sizeBytes: file_size, filename } = found
    const safe = filename.replace(/[^\w.-]/g, '_')
    const file_path = `files/${file_id}/${safe === '' ? 'file' : safe}`
    const file_unique_id = `u${file_id}`
    reply(exchange, telegramOk({ file_id, file_unique_id, file_size, file_path }))
  }

  function download(exchange: Exchange, path: string) {
    const found = media.get(/^files\/(\w+)\//.exec(path)?.[1] ?? '')
    if (!found) return reply(exchange, telegramError(404, 'Not Found'))
    exchange.send(200, 'application/octet-stream', found.bytes)
  }

  return platform
}

/** A tap is answered once, and soon. */
const answerTap = ({ openTaps }: TelegramBot, id: string | undefined) =>
  openTaps.delete(id ?? '')
    ? telegramOk(true)
    : telegramError(
        400,
        'Bad Request: query is too old and response timeout expired or query ID is invalid',
      )

const chatMigrated = (migrated: string) => ({
  status: 400,
  value: {
    ok: false,
    error_code: 400,
    description: 'Bad Request: group chat was upgraded to a supergroup chat',
    parameters: { migrate_to_chat_id: Number(migrated) },
  },
})

const chatNotFound = telegramError(400, 'Bad Request: chat not found')
