import type { Capabilities } from '../contract.ts'

/**
 * Instagram Messaging. The text limit counts UTF-8 bytes. A document must be a PDF; a location is sent as text with
 * a map link. There is no delivered receipt, and the echo brings nothing of ours back, so a lost answer stays lost.
 */
export function instagramCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 1000, windowMs = 24 * 60 * 60 * 1000 } = limits
  return {
    kinds: ['text', 'image', 'document', 'audio', 'video', 'location'],
    text: { max: text, unit: 'bytes' },
    caption: null,
    receipts: ['sent', 'read', 'failed'],
    windowMs,
    settlement: null,
  }
}
