import { graphPages } from './graph-pages.ts'
import { echoOf, fromPerson } from './page-events.ts'
import type { Platform, World } from './world.ts'

/** Messenger: tells an echo of what was sent, deliveries by id and watermark, reads by watermark alone. */
export const messenger = (world: World): Platform =>
  graphPages(world, {
    channel: 'messenger',
    object: 'page',
    maxText: 2000,
    textLength: (text) => (text.length <= 2000 ? text.length : [...text].length),
    windowSubcode: 2018278,
    newMessageId: (unique) => `m_${Buffer.from(`messenger:${unique}`).toString('base64url')}`,
    receipt(_world, message, { status, atMs, marks }) {
      const { providerMessageId: mid, atMs: watermark } = message
      switch (status) {
        case 'sent':
          return echoOf(world, message)
        case 'delivered': {
          const mids = marks.has('delivery-without-mids') ? {} : { mids: [mid] }
          return fromPerson(message, atMs, { delivery: { ...mids, watermark } })
        }
        case 'read':
          return fromPerson(message, atMs, { read: { watermark } })
        case 'failed':
          return null
      }
    },
  })
