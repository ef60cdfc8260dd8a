import type { Capabilities } from '../contract.ts'

/** WhatsApp Cloud API. Limits: TextMessage.body and caption of Meta's OpenAPI v23; `limits` overrides them. */
export function whatsappCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 4096, caption = 1024, windowMs = 24 * 60 * 60 * 1000 } = limits
  return {
    kinds: ['text', 'image', 'document', 'audio', 'video', 'sticker', 'location'],
    text: { max: text, unit: 'characters' },
    caption: { max: caption, unit: 'characters' },
    receipts: ['sent', 'delivered', 'read', 'failed'],
    windowMs,
    settlement: 'callback-data',
  }
}
