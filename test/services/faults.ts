import { ready } from './processes/readiness.ts'
import { start } from './processes/start.ts'
import type { Site } from './site.ts'

/** What can be done to one server, by the verb that does it. Each resolves when it is so. */
export const faults: Readonly<
  Record<string, (site: Site, server: string, signal: AbortSignal) => Promise<string>>
> = {
  /** As when the machine's power goes: nothing is finished, nothing flushed. */
  async kill(site, server) {
    await processOf(site, server).end('SIGKILL')
    return 'is killed'
  },

  async stop(site, server) {
    const { stopSignal } = site.service(site.planWith(server))
    await processOf(site, server).end(stopSignal)
    return 'has ended in good order'
  },

  /** On its data, wherever it left them. */
  async start(site, server, signal) {
    const plan = site.planWith(server)
    await start(site, plan, server, signal)
    return `serves: ${await ready(site, plan, server, signal)}`
  },

  /** It is there and answers nobody: the peer's timeouts have to find out. */
  async pause(site, server) {
    await processOf(site, server).pause()
    return 'is paused'
  },

  async resume(site, server) {
    await processOf(site, server).resume()
    return 'runs again'
  },
}

const processOf = (site: Site, server: string) => site.process(site.planWith(server), server)
