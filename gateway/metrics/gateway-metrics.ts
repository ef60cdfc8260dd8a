import { Counter, Gauge, type Registry } from 'prom-client'
import type { WebhookVerdict } from '../operations/receive-webhook.ts'
import { Buckets } from './buckets.ts'
import { registerPlainMetric, type Sample } from './plain-metric.ts'

/** What the gateway counts. */
export interface GatewayMetrics {
  /** A meter for one route; asked for once, when the route is made. */
  route(method: string, route: string): RouteMeter
  /** From the request's first byte read to its record on stable storage. */
  readonly accept: Buckets
  webhook(channel: string, verdict: WebhookVerdict): void
  keyFailed(why: string): void
  streamOpened(transport: 'sse' | 'grpc'): void
  streamClosed(transport: 'sse' | 'grpc', why: string): void
  personCame(transport: 'socket' | 'grpc'): void
  personLeft(transport: 'socket' | 'grpc', why: string): void
}

export interface RouteMeter {
  done(status: number | string, seconds: number): void
}

export function gatewayMetrics(registry: Registry): GatewayMetrics {
  const meters: MeteredRoute[] = []
  const accept = new Buckets()

  registerPlainMetric(registry, {
    name: 'c4a_http_requests_total',
    help: 'Requests answered, by route and status; gRPC methods count here too, with their status name.',
    type: 'counter',
    samples: () => meters.flatMap((meter) => meter.counts()),
  })
  registerPlainMetric(registry, {
    name: 'c4a_http_request_seconds',
    help: 'From a request to the end of its answer.',
    type: 'histogram',
    samples: () => meters.flatMap((meter) => meter.durations('c4a_http_request_seconds')),
  })
  registerPlainMetric(registry, {
    name: 'c4a_accept_seconds',
    help: 'From a checked send to its record on stable storage.',
    type: 'histogram',
    samples: () => accept.samples('c4a_accept_seconds', {}),
  })
  const webhooks = new Counter({
    name: 'c4a_webhooks_total',
    help: 'Webhooks by channel and how they ended.',
    labelNames: ['channel', 'verdict'],
    registers: [registry],
  })
  const keyFailures = new Counter({
    name: 'c4a_key_failures_total',
    help: 'API keys that were not accepted, by why.',
    labelNames: ['why'],
    registers: [registry],
  })
  const open = new Gauge({
    name: 'c4a_streams_open',
    help: 'Live streams open now.',
    labelNames: ['transport'],
    registers: [registry],
  })
  const closed = new Counter({
    name: 'c4a_streams_closed_total',
    help: 'Live streams ended, by why.',
    labelNames: ['transport', 'why'],
    registers: [registry],
  })
  const people = new Gauge({
    name: 'c4a_in_app_open',
    help: 'Sockets and calls of people on the in-app channel, open now.',
    labelNames: ['transport'],
    registers: [registry],
  })
  const left = new Counter({
    name: 'c4a_in_app_closed_total',
    help: 'Sockets and calls of people on the in-app channel that ended, by why.',
    labelNames: ['transport', 'why'],
    registers: [registry],
  })

  return {
    route(method, route) {
      const meter = new MeteredRoute(method, route)
      meters.push(meter)
      return meter
    },
    accept,
    webhook: (channel, verdict) => webhooks.inc({ channel, verdict }),
    keyFailed: (why) => keyFailures.inc({ why }),
    streamOpened: (transport) => open.inc({ transport }),
    streamClosed(transport, why) {
      open.dec({ transport })
      closed.inc({ transport, why })
    },
    personCame: (transport) => people.inc({ transport }),
    personLeft(transport, why) {
      people.dec({ transport })
      left.inc({ transport, why })
    },
  }
}

class MeteredRoute implements RouteMeter {
  readonly #labels: { readonly method: string; readonly route: string }
  readonly #byStatus = new Map<number | string, number>()
  readonly #buckets = new Buckets()

  constructor(method: string, route: string) {
    this.#labels = { method, route }
  }

  done(status: number | string, seconds: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1)
    this.#buckets.observe(seconds)
  }

  counts(): readonly Sample[] {
    return [...this.#byStatus].map(([status, value]) => ({
      labels: { ...this.#labels, status },
      value,
    }))
  }

  durations(name: string): readonly Sample[] {
    return this.#byStatus.size === 0 ? [] : this.#buckets.samples(name, this.#labels)
  }
}
