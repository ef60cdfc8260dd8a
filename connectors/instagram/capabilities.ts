import type { Capabilities } from '../contract.ts'
import { pageMenus } from '../meta/page-menus.ts'

const mb = 1024 * 1024

/**
 * Instagram Messaging. The text limit counts UTF-8 bytes. A document must be a PDF; there is no location, contact card,
 * sticker or template to send, and the only reaction is a heart. There is no delivered receipt, and the echo brings
 * nothing of ours back, so a lost answer stays lost.
 */
export function instagramCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 1000, windowMs = 24 * 60 * 60 * 1000 } = limits
  const length = { max: text, unit: 'bytes' } as const
  return {
    kinds: ['text', 'image', 'document', 'audio', 'video', 'buttons', 'reaction', 'typing', 'read'],
    text: length,
    caption: null,
    media: {
      image: { maxBytes: 8 * mb, types: ['image/jpeg', 'image/png', 'image/gif'] },
      video: {
        maxBytes: 25 * mb,
        types: ['video/mp4', 'video/ogg', 'video/x-msvideo', 'video/quicktime', 'video/webm'],
      },
      audio: {
        maxBytes: 25 * mb,
        types: ['audio/aac', 'audio/mp4', 'audio/x-m4a', 'audio/wav', 'audio/x-wav'],
      },
      document: { maxBytes: 25 * mb, types: ['application/pdf'] },
    },
    buttons: { ...pageMenus, text: length },
    reactions: ['❤'],
    receipts: ['sent', 'read', 'failed'],
    windowMs,
    agentWindowMs: 7 * 24 * 60 * 60 * 1000,
    settlement: null,
    rates: { account: { messages: 300, perMs: 1_000 } },
  }
}
