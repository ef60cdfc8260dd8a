import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Admission } from '../admission.ts'
import type { GatewayMetrics, RouteMeter } from '../metrics/gateway-metrics.ts'

interface Visit {
  readonly meter: RouteMeter
  readonly startedAt: number
  /** Room taken; -1 where none was. */
  readonly bytes: number
}

const visitOf = Symbol('visit')
type Metered = ServerResponse & { [visitOf]?: Visit }

/**
 * Counts every request by its route, and lets in only as many as there is room for. The room is given
 * back when the answer's connection closes, finished or not, so a caller who hangs up frees it too.
 */
export function meterRoutes(
  app: FastifyInstance,
  metrics: GatewayMetrics,
  admission: Admission,
): void {
  function count(this: ServerResponse): void {
    const visit = (this as Metered)[visitOf]
    if (visit === undefined) return
    if (visit.bytes >= 0) admission.leave(visit.bytes)
    // 499, as nginx has it: the caller left before the answer.
    const status = this.writableFinished ? this.statusCode : 499
    visit.meter.done(status, (performance.now() - visit.startedAt) / 1_000)
  }

  function visit(raw: Metered, meter: RouteMeter, bytes: number): void {
    raw[visitOf] = { meter, startedAt: performance.now(), bytes }
    raw.on('close', count)
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
      // A body that passes through takes what is on its way, however long it is.
      const room = route.config?.streamsBody ? streamedBytes : announcedBytes(request.raw)
      const bytes = exempt ? -1 : room
      try {
        if (bytes >= 0) admission.enter(bytes)
        visit(reply.raw, meter, bytes)
        done()
      } catch (error) {
        visit(reply.raw, meter, -1)
        done(error as Error)
      }
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
