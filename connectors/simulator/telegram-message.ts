import type { Content } from '../../domain/content.ts'
import type { TextEntity } from '../../domain/text-entity.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import type { TelegramBot } from './telegram-bot.ts'
import type { World } from './world.ts'

/** What updates repeat of it. */
interface TelegramMessage {
  readonly message_id: number
  readonly from: object
  readonly chat: object
  readonly date: number
  readonly reply_to_message?: object
}

/** The Bot API's Message, for a call's result as for an update. */
export function telegramMessage(
  world: World,
  bot: TelegramBot,
  phone: Phone,
  message: PhoneMessage,
): TelegramMessage {
  const chat = { id: Number(phone.address), first_name: phone.name, type: 'private' }
  const person = { id: Number(phone.address), is_bot: false, first_name: phone.name }
  const answered = phone.messages.find(
    ({ providerMessageId, account }) =>
      providerMessageId === message.replyTo && account === message.account,
  )
  return {
    message_id: Number(message.providerMessageId),
    from: message.direction === 'from-phone' ? person : bot.user,
    chat,
    date: Math.floor(message.atMs / 1000),
    // One level only, as the API has it.
    ...(answered
      ? {
          reply_to_message: {
            message_id: Number(answered.providerMessageId),
            chat,
            date: Math.floor(answered.atMs / 1000),
          },
        }
      : {}),
    ...partOf(world, message.content),
  }
}

function partOf(world: World, content: Content): object {
  switch (content.type) {
    case 'text':
      return { text: content.text, ...entitiesOf(content.entities) }
    case 'location': {
      const { latitude, longitude, name, address = '' } = content
      const location = { latitude, longitude }
      // A place with a name is a venue, beside which the plain location stands too.
      return name === undefined
        ? { location }
        : { venue: { location, title: name, address }, location }
    }
    case 'contacts': {
      const [card] = content.contacts
      const [phone] = card?.phones ?? []
      return { contact: { phone_number: phone?.value, first_name: card?.name } }
    }
    case 'buttons': {
      const inline_keyboard = content.buttons.map(({ title, id, url }) => [
        { text: title, ...(url === undefined ? { callback_data: id } : { url }) },
      ])
      return { text: content.text, reply_markup: { inline_keyboard } }
    }
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
    case 'sticker': {
      const id = content.mediaId ?? 'AgACAgQAAxkDAAIlinked'
      const stored = world.media.get(id)
      const file = {
        file_id: id,
        file_unique_id: `u${id}`,
        ...(stored ? { file_size: stored.sizeBytes } : {}),
      }
      const caption = content.caption === undefined ? {} : { caption: content.caption }
      if (content.type === 'image') {
        // Several sizes, the smallest first; all are the same file here.
        const sizes = [90, 320].map((width) => ({ ...file, width, height: (width * 2) / 3 }))
        return { photo: sizes, ...caption }
      }
      const described = { ...file, file_name: content.filename, mime_type: stored?.mimeType }
      return { [content.voice ? 'voice' : content.type]: described, ...caption }
    }
    default:
      return {}
  }
}

function entitiesOf(entities: readonly TextEntity[] = []): object {
  if (entities.length === 0) return {}
  const names: { readonly [type: string]: string } = { link: 'text_link', quote: 'blockquote' }
  return { entities: entities.map((each) => ({ ...each, type: names[each.type] ?? each.type })) }
}
