import { graphPages } from './graph-pages.ts'
import { echoOf, fromPerson } from './page-events.ts'
import type { Platform, World } from './world.ts'

/** Instagram: tells an echo of what was sent and reads by id; it has no delivered receipt. */
export const instagram = (world: World): Platform =>
  graphPages(world, {
    channel: 'instagram',
    object: 'instagram',
    maxText: 1000,
    textLength: (text) => Buffer.byteLength(text),
    windowSubcode: 2534022,
    newMessageId: (unique) => `aWdfZAG1faXRlbToxOk${Buffer.from(unique).toString('base64url')}`,
    receipt(_world, message, { status, atMs }) {
      switch (status) {
        case 'sent':
          return echoOf(world, message)
        case 'read':
          return fromPerson(message, atMs, { read: { mid: message.providerMessageId } })
        case 'delivered':
        case 'failed':
          return null
      }
    },
  })
