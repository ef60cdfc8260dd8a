import { isObject } from './exchange.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import type { TelegramBot } from './telegram-bot.ts'
import { telegramMessage } from './telegram-message.ts'
import type { Update } from './telegram-webhooks.ts'
import type { World } from './world.ts'

/** The Bot API's Update for what a person wrote or did; `album` is what the parts of one have in common. */
export function telegramUpdate(
  world: World,
  bot: TelegramBot,
  phone: Phone,
  message: PhoneMessage,
  album?: string,
): Update {
  const update_id = bot.nextUpdateId()
  const { content, atMs } = message
  const seconds = Math.floor(atMs / 1000)
  const about = phone.messages.find(
    (each) => each.providerMessageId === message.replyTo && each.account === message.account,
  )
  const whole = about && telegramMessage(world, bot, phone, about)
  const { from, chat } = telegramMessage(world, bot, phone, message)
  switch (content.type) {
    case 'choice': {
      const id = `${seconds}${message.seq}`
      const callback_query = { id, from, chat_instance: '1', message: whole, data: content.id }
      return { update_id, callback_query }
    }
    case 'reaction': {
      const { emoji } = content
      const new_reaction = emoji === '' ? [] : [{ type: 'emoji', emoji }]
      const change = { chat, message_id: Number(message.replyTo), user: from, date: seconds }
      return { update_id, message_reaction: { ...change, old_reaction: [], new_reaction } }
    }
    case 'edit': {
      const { text } = content
      return { update_id, edited_message: { ...whole, text, edit_date: seconds } }
    }
    default: {
      const told = telegramMessage(world, bot, phone, message)
      const group = album === undefined ? {} : { media_group_id: album }
      return { update_id, message: { ...told, ...group } }
    }
  }
}

/** Of a tap, the id by which it is answered. */
export function tapIdOf({ callback_query }: Update): string | undefined {
  return isObject(callback_query) ? String(callback_query['id']) : undefined
}
