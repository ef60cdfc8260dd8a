import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Admission } from '../admission.ts'
import type { GatewayMetrics, RouteMeter } from '../metrics/gateway-metrics.ts'

/**
 * Counts every request by its route, and lets in only as many as there is room for. The room is given
 * back when the answer's connection closes, finished or not, so a caller who hangs up frees it too.
 */
export function meterRoutes(
  app: FastifyInstance,
  metrics: GatewayMetrics,
  admission: Admission,
): void {
  function visit(raw: ServerResponse, meter: RouteMeter, bytes: number): void {
    const startedAt = performance.now()
    raw.on('close', () => {
      if (bytes >= 0) admission.leave(bytes)
      // 499, as nginx has it: the caller left before the answer.
      const status = raw.writableFinished ? raw.statusCode : 499
      meter.done(status, (performance.now() - startedAt) / 1_000)
    })
  }

  app.addHook('onRoute', (route: RouteOptions) => {
    const meter = metrics.route(String(route.method), route.url)
    // Health must answer when all else is full, or an orchestrator kills what is only busy.
    const exempt =
      route.config?.access === 'open' && route.method === 'GET' && !route.config.admitted
    const enter = (
      request: FastifyRequest,
      reply: FastifyReply,
      done: (error?: Error) => void,
    ): void => {
      reply.header('x-request-id', request.id)
      // -1 where no room is taken. A body that passes through takes what is on its way, however long it is.
      const room = route.config?.streamsBody ? streamedBytes : announcedBytes(request.raw)
      const bytes = exempt ? -1 : room
      try {
        if (bytes >= 0) admission.enter(bytes)
      } catch (error) {
        visit(reply.raw, meter, -1)
        done(error as Error)
        return
      }
      visit(reply.raw, meter, bytes)
      done()
    }
    const before = route.onRequest ?? []
    route.onRequest = [enter, ...(Array.isArray(before) ? before : [before])]
  })
}

const streamedBytes = 1024 * 1024

/** A body without a length is counted when it is read: the route's own limit bounds it. */
function announcedBytes({ headers }: IncomingMessage): number {
  const bytes = Number(headers['content-length'] ?? 0)
  return Number.isFinite(bytes) && bytes > 0 ? bytes : 0
}
