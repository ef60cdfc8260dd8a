import type { Capabilities } from '../contract.ts'

/**
 * Telegram Bot API. Text and caption are counted in UTF-16 code units, as its entity offsets are
 * (core.telegram.org/bots/api#sendmessage). A bot learns nothing after the HTTP answer: no delivered, no read,
 * and nothing by which a lost answer could be settled.
 */
export function telegramCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 4096, caption = 1024 } = limits
  return {
    kinds: ['text', 'image', 'document', 'audio', 'video', 'sticker', 'location'],
    text: { max: text, unit: 'utf16' },
    caption: { max: caption, unit: 'utf16' },
    receipts: ['sent', 'failed'],
    windowMs: null,
    settlement: null,
  }
}
