import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { ReflectionService } from '@grpc/reflection'
import { HealthImplementation } from 'grpc-health-check'
import type { Admission } from '../admission.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { mustBeAllowed } from '../auth/caller.ts'
import type { EventStreams } from '../events/event-streams.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { Operations } from '../operations/operations.ts'
import { docsAreOpen } from '../rest/docs-are-open.ts'
import type { GatewaySettings } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { conversationService } from './conversation-service.ts'
import { eventService } from './event-service.ts'
import { grpcCalls, textOf } from './grpc-calls.ts'
import { grpcError } from './grpc-error.ts'
import { loadProtos } from './load-protos.ts'
import { messageService } from './message-service.ts'
import { reflectedProtos } from './reflected-protos.ts'

export interface GrpcParts {
  readonly tools: GatewayTools
  readonly settings: GatewaySettings
  readonly operations: Operations
  readonly authenticator: Authenticator
  readonly metrics: GatewayMetrics
  readonly admission: Admission
  readonly streams: EventStreams
}

export interface GrpcServer {
  /** Rejects with the cause when the port cannot be had. */
  listen(): Promise<number>
  /** Lets open calls end, then cuts what is left after `drainMs`. */
  close(): Promise<void>
}

export function grpcServer(parts: GrpcParts): GrpcServer {
  const { tools, settings, operations, authenticator, metrics, admission, streams } = parts
  const { limits } = settings
  const server = new Server({
    'grpc.max_receive_message_length': limits.batchBytes,
    'grpc.max_concurrent_streams': limits.requests,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
  })
  const protos = loadProtos()
  const calls = grpcCalls({ authenticator, admission, metrics, log: tools.log })
  server.addService(protos.messages, messageService(operations, calls))
  server.addService(protos.conversations, conversationService(operations, calls))
  server.addService(protos.events, eventService(operations, streams, calls))

  const health = new HealthImplementation({ '': 'SERVING' })
  health.addToServer(server)
  new ReflectionService(reflectedProtos(loadProtos({ keepCase: true }).all)).addToServer(
    docsAreOpen(settings) ? server : guarded(server, authenticator),
  )

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        const address = `${settings.host}:${settings.grpcPort}`
        server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
          if (error) reject(error)
          else resolve(port)
        })
      }),

    async close() {
      health.setStatus('', 'NOT_SERVING')
      const over = new AbortController()
      void tools.clock.sleep(limits.drainMs, over.signal).then(() => server.forceShutdown())
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()))
      over.abort()
    },
  }
}

/** Registers the service with a key check before each of its streams. */
function guarded(server: Server, authenticator: Authenticator): Pick<Server, 'addService'> {
  return {
    addService(service, implementation) {
      const checked: UntypedServiceImplementation = {}
      for (const [name, handler] of Object.entries(implementation)) {
        // Reflection has bidirectional methods only, whose handlers take the stream and nothing else.
        const serve = handler as (call: Parameters<typeof handler>[0]) => void
        checked[name] = (call: Parameters<typeof handler>[0]) => {
          authenticator.authenticate(textOf(call.metadata, 'authorization')).then(
            (caller) => {
              mustBeAllowed(caller, 'docs:read')
              serve(call)
            },
            (error: unknown) => call.emit('error', grpcError(error)),
          )
        }
      }
      server.addService(service, checked)
    },
  }
}
