import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

/** How long a body may take to arrive. */
const arrivalMs = 60_000
/** A body that passes through may take as long as it likes, but not stand still for so long. */
const stillMs = 60_000
/** What comes in a few packets, or by whoever showed a key, is not worth a timer. */
const smallBytes = 64 * 1024

/**
 * Hangs up on whoever sends a body so slowly that it does nothing but hold a place. Node's own bound is one for the whole server,
 * and counts from the request's first byte, so it would cut uploads that go on and on.
 */
export function boundBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    if (['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(String(route.method))) return
    const bound = route.config?.streamsBody ? whileItMoves : inTime(route.config?.access === 'open')
    const before = route.onRequest ?? []
    route.onRequest = [bound, ...(Array.isArray(before) ? before : [before])]
  })
}

function inTime(isOpen: boolean) {
  return ({ raw }: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { 'content-length': length, 'transfer-encoding': coding } = raw.headers
    if (isOpen || coding !== undefined || Number(length) > smallBytes) {
      const late = setTimeout(() => {
        if (!raw.complete) raw.socket.destroy()
      }, arrivalMs)
      reply.raw.once('close', () => clearTimeout(late))
    }
    done()
  }
}

function whileItMoves({ raw }: FastifyRequest, _: FastifyReply, done: () => void): void {
  // Node takes it back when the request after this one begins.
  raw.setTimeout(stillMs, () => {
    if (!raw.complete) raw.socket.destroy()
  })
  done()
}
