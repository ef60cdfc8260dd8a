import { serveDownload } from './download.ts'
import type { Exchange } from './exchange.ts'
import { bearerOf, graphPath } from './graph-path.ts'
import type { ChannelName } from './settings.ts'
import type { Platform, World } from './world.ts'

type Handler = (exchange: Exchange) => void | Promise<void>

/**
 * Who answers a path. The platforms' real paths are served bare, and under `/whatsapp`, `/messenger`,
 * `/instagram` and `/telegram`, which stand for their hosts: only so is `me` clear when two of Meta's
 * accounts have one token.
 */
export function route(world: World, platforms: readonly Platform[], control: Handler): Handler {
  const byChannel = new Map<string, Platform>(platforms.map((each) => [each.channel, each]))
  const platform = (name: ChannelName): Handler =>
    byChannel.get(name)?.handle ?? ((exchange) => exchange.json(404, { error: 'not served' }))

  return (exchange) => {
    const { path } = exchange
    const first = /^\/(whatsapp|messenger|instagram|telegram)(\/.*)$/.exec(path)
    if (first?.[1] && first[2]) {
      exchange.path = first[2]
      return platform(first[1] as ChannelName)(exchange)
    }
    if (path.startsWith('/bot') || path.startsWith('/file/bot'))
      return platform('telegram')(exchange)
    if (path.startsWith('/media/')) return serveDownload(world, exchange)
    if (/^\/v\d/.test(path)) return platform(metaChannelOf(exchange))(exchange)
    return control(exchange)
  }

  function metaChannelOf(exchange: Exchange): ChannelName {
    const object = graphPath(exchange.path)?.object
    const token = bearerOf(exchange)
    const owner = platforms.find(
      ({ channel, accounts }) =>
        channel !== 'telegram' &&
        accounts.some(({ accountId, pageId, token: own }) =>
          object === 'me'
            ? channel !== 'whatsapp' && own === token
            : [accountId, pageId].includes(object),
        ),
    )
    // A bare id is a WhatsApp medium; an unknown one is refused there in Meta's words.
    return owner?.channel ?? 'whatsapp'
  }
}
