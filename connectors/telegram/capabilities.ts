import type { Capabilities } from '../contract.ts'
import { telegramReactions } from './reactions.ts'

const mb = 1024 * 1024
const utf16 = (max: number) => ({ max, unit: 'utf16' }) as const
const file = { maxBytes: 50 * mb, maxLinkBytes: 20 * mb }

/**
 * Telegram Bot API. Text and caption are counted in UTF-16 code units, as its entity offsets are
 * (core.telegram.org/bots/api#sendmessage). A bot learns nothing after the HTTP answer: no delivered, no read,
 * and nothing by which a lost answer could be settled; nor can it mark anything as read.
 */
export function telegramCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 4096, caption = 1024 } = limits
  return {
    kinds: [
      'text',
      'image',
      'document',
      'audio',
      'video',
      'sticker',
      'location',
      'contacts',
      'buttons',
      'reaction',
      'edit',
      'delete',
      'typing',
    ],
    text: utf16(text),
    caption: utf16(caption),
    captioned: ['image', 'document', 'audio', 'video'],
    entities: [
      'bold',
      'italic',
      'underline',
      'strikethrough',
      'spoiler',
      'code',
      'pre',
      'quote',
      'link',
    ],
    media: {
      image: { maxBytes: 10 * mb, maxLinkBytes: 5 * mb, types: ['image/'] },
      video: { ...file, types: ['video/mp4'] },
      audio: {
        ...file,
        types: ['audio/mpeg', 'audio/mp3', 'audio/mp4', 'audio/m4a', 'audio/x-m4a', 'audio/ogg'],
      },
      sticker: { ...file, types: ['image/webp', 'application/x-tgsticker', 'video/webm'] },
      document: file,
    },
    buttons: {
      most: 100,
      title: utf16(64),
      id: { max: 64, unit: 'bytes' },
      text: utf16(text),
      withUrls: { most: 100, text: utf16(text) },
    },
    contacts: { most: 1, needsPhone: true },
    reactions: telegramReactions,
    receipts: ['sent', 'failed'],
    windowMs: null,
    settlement: null,
    rates: {
      account: { messages: 30, perMs: 1_000 },
      conversation: { messages: 1, perMs: 1_000 },
      group: { messages: 20, perMs: 60_000 },
    },
  }
}
