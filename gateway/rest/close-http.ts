import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../topology/ports/clock.ts'

/**
 * Takes no new connection, lets open requests end, and cuts what is left after `drainMs`. Connections
 * that fall idle meanwhile are closed, too: Node closes only those that are idle when closing begins.
 */
export async function closeHttp(
  app: FastifyInstance,
  clock: Clock,
  drainMs: number,
): Promise<void> {
  const { server } = app
  const over = new AbortController()
  const closed = app.close().then(() => over.abort())
  const sweep = () => {
    server.closeIdleConnections()
    if (!over.signal.aborted) cancelSweep = clock.after(50, sweep)
  }
  let cancelSweep = clock.after(50, sweep)
  void clock.sleep(drainMs, over.signal).then(() => server.closeAllConnections())
  try {
    await closed
  } finally {
    over.abort()
    cancelSweep()
  }
}
