import type { ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'
import { phoneView } from './phone-view.ts'
import type { Change } from './phones.ts'
import type { World } from './world.ts'

const sendEveryMs = 40
/** Changes kept for one round; under a flood the page gets the latest and a note to load anew. */
const maxPerRound = 500

/** Server-sent events for the page: every new message, status and changed phone, in rounds of 40 ms. */
export function live(world: World): (exchange: Exchange) => void {
  const watchers = new Set<ServerResponse>()
  let waiting: Change[] = []
  let skipped = false

  function flush() {
    let text = skipped ? 'event: reload\ndata: {}\n\n' : ''
    for (const change of waiting) {
      const data = change.what === 'phone' ? phoneView(change.phone) : change.message
      text += `event: ${change.what}\ndata: ${JSON.stringify(data)}\n\n`
    }
    waiting = []
    skipped = false
    for (const watcher of watchers) {
      // A page that does not read is cut off; it comes back by itself and loads anew.
      if (watcher.writableLength > 4_000_000) watcher.destroy()
      else watcher.write(text)
    }
  }

  world.phones.onChange((change) => {
    if (watchers.size === 0) return
    if (waiting.length === 0 && !skipped) setTimeout(flush, sendEveryMs).unref()
    if (waiting.length < maxPerRound) waiting.push(change)
    else skipped = true
  })

  return ({ response }) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.write('retry: 1000\n\n')
    watchers.add(response)
    response.on('close', () => watchers.delete(response))
  }
}
