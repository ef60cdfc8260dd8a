import { rmSync } from 'node:fs'
import { whileLocked } from './lock.ts'
import type { RealService } from './real-service.ts'
import type { Say } from './say.ts'
import type { Site } from './site.ts'

/** Ends the servers of these services and removes all that they kept. */
export function down(site: Site, services: readonly RealService[], say: Say): Promise<void> {
  return whileLocked(site, async () => {
    for (const { name } of services) await takeDown(site, name, say)
  })
}

/** As `down`, by whoever holds the lock already. */
export async function takeDown(site: Site, name: string, say: Say): Promise<void> {
  const plan = site.planOf(name)
  if (!plan) return
  const service = site.service(plan)
  await Promise.all(
    Object.keys(plan.ports).map(async (server) => {
      await site.process(plan, server).end(service.abandonSignal)
      await service.sweep?.(plan, server)
    }),
  )
  // Again, when something that was just ended still wrote into it.
  rmSync(plan.folder, { recursive: true, force: true, maxRetries: 10 })
  site.remove(name)
  say(name, 'is stopped and removed')
}
