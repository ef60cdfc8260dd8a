import type { Capabilities } from '../contract.ts'

const characters = (max: number) => ({ max, unit: 'characters' }) as const

/**
 * The other end is a program of the client's own, which shows whatever it is handed. The figures are those of the API, so
 * nothing is cut; a template alone has no meaning but its text.
 */
export function inAppCapabilities(limits: Readonly<Record<string, number>>): Capabilities {
  const { text = 65_536, caption = 4096 } = limits
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
      'list',
      'reaction',
      'edit',
      'delete',
      'typing',
      'read',
    ],
    text: characters(text),
    caption: characters(caption),
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
    buttons: {
      most: 100,
      title: characters(255),
      id: characters(256),
      text: characters(text),
      header: characters(text),
      footer: characters(text),
      withUrls: { most: 100, text: characters(text) },
    },
    list: {
      rows: 1000,
      sections: 100,
      button: characters(255),
      sectionTitle: characters(255),
      title: characters(255),
      description: characters(255),
      id: characters(256),
      text: characters(text),
      header: characters(text),
      footer: characters(text),
    },
    contacts: { most: 50 },
    showsWriter: true,
    receipts: ['sent', 'delivered', 'read'],
    windowMs: null,
    settlement: null,
  }
}
