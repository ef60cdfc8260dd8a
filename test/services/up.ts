import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { takeDown } from './down.ts'
import { whileLocked } from './lock.ts'
import type { Plan } from './plan.ts'
import { freePorts } from './processes/free-ports.ts'
import { ready } from './processes/readiness.ts'
import { start } from './processes/start.ts'
import type { RealService } from './real-service.ts'
import type { Say } from './say.ts'
import type { Site } from './site.ts'
import { withHeartbeat } from './with-heartbeat.ts'

export interface UpOptions {
  readonly signal: AbortSignal
  readonly say: Say
}

/**
 * Brings these services up, and answers which of them were not up before, when all serve. What is up already
 * is left as it is, but for servers that have ended, which are started on their data. When anything fails, or
 * the signal is given, what this call laid down is gone before it rejects.
 */
export function up(
  site: Site,
  services: readonly RealService[],
  { signal: stop, say }: UpOptions,
): Promise<readonly RealService[]> {
  return whileLocked(site, async () => {
    const fresh = services.filter(({ name }) => !site.planOf(name)?.isWhole)
    const failed = new AbortController()
    const signal = AbortSignal.any([stop, failed.signal])
    try {
      for (const service of fresh) {
        // Half of it, from a command that was killed.
        if (site.planOf(service.name)) await takeDown(site, service.name, say)
        site.add(await planned(site, service, { signal, say }))
      }
      const outcomes = await Promise.allSettled(
        services.map(async (service) => {
          try {
            await bringUp(site, service, fresh.includes(service), { signal, say })
          } catch (error) {
            // The others need not go on.
            failed.abort(error)
            throw error
          }
        }),
      )
      if (outcomes.some(({ status }) => status === 'rejected')) throw failed.signal.reason
      return fresh
    } catch (error) {
      for (const { name } of fresh) {
        // Whatever happens here, the first fault is the one to tell.
        await takeDown(site, name, say).catch((why) => say(name, `cannot be removed: ${why}`))
      }
      throw error
    }
  })
}

async function planned(
  site: Site,
  service: RealService,
  { signal, say }: UpOptions,
): Promise<Plan> {
  const programs = await service.install({ signal, say: (what) => say(service.name, what) })
  const taken = site.plans().flatMap(({ ports }) => Object.values(ports).flatMap(Object.values))
  const ports: Record<string, Record<string, number>> = {}
  for (const [server, purposes] of Object.entries(service.servers)) {
    const found = await freePorts(purposes.length, taken)
    taken.push(...found)
    ports[server] = Object.fromEntries(purposes.map((purpose, at) => [purpose, found[at] ?? 0]))
  }
  const folder = join(site.folder, service.name)
  return { service: service.name, programs, ports, folder, isWhole: false }
}

async function bringUp(
  site: Site,
  service: RealService,
  isFresh: boolean,
  { signal, say }: UpOptions,
): Promise<void> {
  const plan = site.planOf(service.name)
  if (!plan) return
  if (isFresh) {
    say(service.name, `makes the data of ${service.title}`)
    mkdirSync(plan.folder, { mode: 0o711 })
    await service.create(plan, signal)
  }
  const servers = Object.keys(plan.ports)
  // All of them, also when one fails: a process that nobody has written down could not be taken down.
  const starts = servers.map((server) => start(site, plan, server, signal))
  for (const outcome of await Promise.allSettled(starts)) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
  const startedMs = performance.now()
  await Promise.all(
    servers.map(async (server) => {
      const said = await withHeartbeat(
        () => say(server, 'does not serve yet'),
        ready(site, plan, server, signal),
      )
      say(server, `serves after ${((performance.now() - startedMs) / 1000).toFixed(1)} s: ${said}`)
    }),
  )
  if (!isFresh) return
  await service.furnish?.(plan, signal)
  site.add({ ...plan, isWhole: true })
}
