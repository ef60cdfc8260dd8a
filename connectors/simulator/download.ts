import type { Exchange } from './exchange.ts'
import { graphError, invalidToken } from './graph-error.ts'
import { bearerOf } from './graph-path.ts'
import { reply } from './serve-send.ts'
import type { World } from './world.ts'

/**
 * Files by link, as the platforms' own stores give them: `/media/whatsapp/{id}?oe=` wants a token of
 * the business besides, `/media/cdn/{id}?oe=` (Messenger, Instagram) does not. `oe` is when the link ends.
 */
export function serveDownload(world: World, exchange: Exchange) {
  const found = /^\/media\/(whatsapp|cdn)\/(\w+)$/.exec(exchange.path)
  const media = found?.[2] === undefined ? undefined : world.media.get(found[2])
  if (!found || !media || exchange.method !== 'GET') {
    return exchange.json(404, { error: 'there is no such file' })
  }
  if (!(Number(exchange.query.get('oe')) > world.settings.nowMs())) {
    // Meta's stores answer 404 for a WhatsApp link whose time has passed, 403 for a CDN link.
    return exchange.json(found[1] === 'whatsapp' ? 404 : 403, { error: 'the link has expired' })
  }
  if (found[1] === 'whatsapp') {
    const token = bearerOf(exchange)
    const known = world.settings.accounts.some(
      (account) => account.channel === 'whatsapp' && account.token === token,
    )
    if (!known) return reply(exchange, graphError(invalidToken, 'whatsapp'))
  }
  exchange.send(200, media.mimeType, media.bytes)
}
