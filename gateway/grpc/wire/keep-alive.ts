import type { ServerHttp2Session } from 'node:http2'
import type { Clock } from '../../../topology/ports/clock.ts'

/**
 * Asks a connection from time to time whether its other end is there, and cuts it when no answer comes:
 * a peer that lost its network says no goodbye.
 */
export function keepAlive(
  session: ServerHttp2Session,
  clock: Pick<Clock, 'after'>,
  { everyMs, patienceMs }: { readonly everyMs: number; readonly patienceMs: number },
): void {
  let cancel = clock.after(everyMs, ask)
  session.once('close', () => cancel())

  function ask(): void {
    if (session.destroyed) return
    cancel = clock.after(patienceMs, () => session.destroy())
    // False, or an error, when the connection is on its way out already.
    session.ping((error) => {
      cancel()
      if (error === null && !session.destroyed) cancel = clock.after(everyMs, ask)
    })
  }
}
