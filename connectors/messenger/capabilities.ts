import type { Capabilities } from '../contract.ts'
import { pageMenus } from '../meta/page-menus.ts'

const mb = 1024 * 1024

/** Messenger Platform for Pages. It has no location, contact card or sticker to send; templates are utility messages. */
export function messengerCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 2000, windowMs = 24 * 60 * 60 * 1000 } = limits
  const length = { max: text, unit: 'characters' } as const
  return {
    kinds: [
      'text',
      'image',
      'document',
      'audio',
      'video',
      'template',
      'buttons',
      'reaction',
      'typing',
      'read',
    ],
    text: length,
    caption: null,
    media: {
      image: { maxBytes: 25 * mb, maxLinkBytes: 8 * mb, types: ['image/'] },
      video: { maxBytes: 25 * mb, types: ['video/'] },
      audio: { maxBytes: 25 * mb, types: ['audio/'] },
      document: { maxBytes: 25 * mb },
    },
    buttons: { ...pageMenus, text: length },
    receipts: ['sent', 'delivered', 'read', 'failed'],
    watermarks: true,
    windowMs,
    agentWindowMs: 7 * 24 * 60 * 60 * 1000,
    settlement: 'echo',
    rates: { account: { messages: 300, perMs: 1_000 } },
  }
}
