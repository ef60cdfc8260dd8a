import type { Content } from '../../domain/content.ts'
import type { Answer } from './serve-send.ts'
import { telegramError } from './telegram-answer.ts'
import type { TelegramForm } from './telegram-form.ts'

export interface TelegramAction {
  readonly content: Content
  /** The message it is done to; null where it is done to the chat. */
  readonly messageId: string | null
}

const bad = (why: string) => ({ refusal: telegramError(400, `Bad Request: ${why}`) })

/** What a method does to a message or to the chat; undefined when it is none of these. */
export function telegramAction(
  method: string,
  form: TelegramForm,
): TelegramAction | { readonly refusal: Answer } | undefined {
  const messageId = form.text('message_id') ?? null
  switch (method) {
    case 'sendChatAction':
      return { content: { type: 'typing' }, messageId: null }
    case 'setMessageReaction': {
      const [reaction] = form.list('reaction')
      if (messageId === null) return bad('message to react not found')
      return { content: { type: 'reaction', emoji: String(reaction?.['emoji'] ?? '') }, messageId }
    }
    case 'editMessageText': {
      const text = form.text('text') ?? ''
      if (messageId === null) return bad('message to edit not found')
      return text === ''
        ? bad('message text is empty')
        : { content: { type: 'edit', text }, messageId }
    }
    case 'editMessageCaption':
      if (messageId === null) return bad('message to edit not found')
      return { content: { type: 'edit', text: form.text('caption') ?? '' }, messageId }
    case 'deleteMessage':
      return messageId === null
        ? bad('message to delete not found')
        : { content: { type: 'delete' }, messageId }
    default:
      return undefined
  }
}
