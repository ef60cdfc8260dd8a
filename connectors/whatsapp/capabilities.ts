import type { Capabilities } from '../contract.ts'

const mb = 1024 * 1024
const characters = (max: number) => ({ max, unit: 'characters' }) as const

/**
 * WhatsApp Cloud API. Limits: Meta's OpenAPI v23 (TextMessage, ContactsMessage, InteractiveObject) and its page on
 * supported media; `limits` overrides the first three. Buttons that open a link (`cta_url`) are not in that document, and so not used.
 */
export function whatsappCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 4096, caption = 1024, windowMs = 24 * 60 * 60 * 1000 } = limits
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
      'template',
      'buttons',
      'list',
      'reaction',
      'typing',
      'read',
    ],
    text: characters(text),
    caption: characters(caption),
    captioned: ['image', 'document', 'video'],
    markup: { bold: '*', italic: '_', strikethrough: '~', code: '`', pre: '```' },
    media: {
      image: { maxBytes: 5 * mb, types: ['image/jpeg', 'image/png'] },
      video: { maxBytes: 16 * mb, types: ['video/mp4', 'video/3gpp'] },
      audio: {
        maxBytes: 16 * mb,
        types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
      },
      // An animated one; a static one may have 100 KB.
      sticker: { maxBytes: mb / 2, types: ['image/webp'] },
      document: { maxBytes: 100 * mb },
    },
    buttons: {
      most: 3,
      title: characters(20),
      id: characters(256),
      text: characters(1024),
      header: characters(60),
      footer: characters(60),
    },
    list: {
      rows: 10,
      sections: 10,
      button: characters(20),
      sectionTitle: characters(24),
      title: characters(24),
      description: characters(72),
      id: characters(200),
      text: characters(1024),
      header: characters(60),
      footer: characters(60),
    },
    contacts: { most: 5 },
    needsTarget: ['typing', 'read'],
    receipts: ['sent', 'delivered', 'read', 'failed'],
    windowMs,
    settlement: 'callback-data',
    rates: {
      account: { messages: 80, perMs: 1_000 },
      conversation: { messages: 1, perMs: 6_000 },
    },
  }
}
