import type { Capabilities } from '../contract.ts'

/** Messenger Platform for Pages. A location is sent as text with a map link; stickers cannot be sent. */
export function messengerCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 2000, windowMs = 24 * 60 * 60 * 1000 } = limits
  return {
    kinds: ['text', 'image', 'document', 'audio', 'video', 'location'],
    text: { max: text, unit: 'characters' },
    caption: null,
    receipts: ['sent', 'delivered', 'read', 'failed'],
    windowMs,
    settlement: 'echo',
  }
}
