import type { Plan } from '../plan.ts'
import type { Site } from '../site.ts'

/** Starts a server on its data, unless it runs; does not wait until it serves. */
export async function start(
  site: Site,
  plan: Plan,
  server: string,
  signal: AbortSignal,
): Promise<void> {
  const process = site.process(plan, server)
  if (process.state !== 'gone') return
  const service = site.service(plan)
  await service.beforeStart?.(plan, server, signal)
  signal.throwIfAborted()
  await process.start(service.command(plan, server))
}
