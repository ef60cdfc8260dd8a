import type { Server } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import type { InAppItem } from '../../schemas/types.ts'
import type { Admission } from '../admission.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { mustBeAllowed } from '../auth/caller.ts'
import type { EventStreams } from '../events/event-streams.ts'
import type { ConversationHints } from '../in-app/conversation-hints.ts'
import type { ItemJson } from '../in-app/item-json.ts'
import type { PersonStreams } from '../in-app/person-streams.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { Operations } from '../operations/operations.ts'
import { docsAreOpen } from '../rest/docs-are-open.ts'
import type { GatewaySettings } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { blobService } from './blob-service.ts'
import { conversationService } from './conversation-service.ts'
import { eventService } from './event-service.ts'
import { grpcCalls } from './grpc-calls.ts'
import { grpcError } from './grpc-error.ts'
import { inAppService } from './in-app-service.ts'
import { loadProtos } from './load-protos.ts'
import { messageService } from './message-service.ts'
import { peopleService } from './people-service.ts'
import { quickAnswers } from './quick-answers.ts'
import { textOf } from './text-of.ts'
import { webhookService } from './webhook-service.ts'
import { foreignService } from './wire/foreign-service.ts'
import { type CallHandler, type WireServer, wireServer } from './wire/wire-server.ts'

export interface GrpcParts {
  readonly tools: GatewayTools
  readonly settings: GatewaySettings
  readonly operations: Operations
  readonly authenticator: Authenticator
  readonly metrics: GatewayMetrics
  readonly admission: Admission
  readonly streams: EventStreams
  readonly people: PersonStreams
  readonly hints: ConversationHints
  readonly itemJson: (item: InAppItem) => ItemJson
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
  const server = wireServer({
    maxMessageBytes: limits.batchBytes,
    maxStreams: limits.requests,
    clock: tools.clock,
  })
  const protos = loadProtos()
  const calls = grpcCalls({ authenticator, admission, metrics, log: tools.log })
  server.addService(quickAnswers(protos.messages), messageService(operations, calls))
  server.addService(protos.conversations, conversationService(operations, calls))
  server.addService(protos.people, peopleService(operations, calls))
  server.addService(protos.events, eventService(operations, streams, calls))
  server.addService(protos.webhooks, webhookService(operations, calls))
  server.addService(protos.blobs, blobService(operations, calls))
  server.addService(protos.inApp, inAppService(parts, calls))

  const health = new HealthImplementation({ '': 'SERVING' })
  // Nothing but `addService` of grpc-js's server is used there.
  health.addToServer(host(server) as Server)
  server.addLater('/grpc.reflection.', async () => {
    const { addReflection } = await import('./add-reflection.ts')
    addReflection(host(server, docsAreOpen(settings) ? undefined : authenticator))
  })

  return {
    listen: () => server.listen(settings.grpcPort, settings.host),

    async close() {
      health.setStatus('', 'NOT_SERVING')
      const over = new AbortController()
      void tools.clock.sleep(limits.drainMs, over.signal).then(() => server.cut())
      await server.drain()
      over.abort()
    },
  }
}

/** Takes services that come for grpc-js's server; with `authenticator`, each call needs a key. */
function host(server: WireServer, authenticator?: Authenticator): Pick<Server, 'addService'> {
  return {
    addService(definition, implementation) {
      const handlers = foreignService(definition, implementation)
      server.addService(
        definition,
        authenticator === undefined
          ? handlers
          : Object.fromEntries(
              Object.entries(handlers).map(([name, handle]) => [
                name,
                guarded(handle, authenticator),
              ]),
            ),
      )
    },
  }
}

function guarded(handle: CallHandler, authenticator: Authenticator): CallHandler {
  return (call) => {
    authenticator
      .authenticate(textOf(call.headers, 'authorization'))
      .then((caller) => {
        mustBeAllowed(caller, 'docs:read')
        handle(call)
      })
      .catch((error: unknown) => call.end(grpcError(error)))
  }
}
