import type { HealthImplementation } from 'grpc-health-check'
import type { InAppItem } from '../../schemas/types.ts'
import type { Admission } from '../admission.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { EventStreams } from '../events/event-streams.ts'
import type { ConversationHints } from '../in-app/conversation-hints.ts'
import type { ItemJson } from '../in-app/item-json.ts'
import type { PersonStreams } from '../in-app/person-streams.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { Operations } from '../operations/operations.ts'
import { docsAreOpen } from '../rest/docs-are-open.ts'
import type { GatewaySettings } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { wireServer } from './wire/wire-server.ts'

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

/**
 * The gRPC server. To read the protos and to make their services takes as long as all of REST does, so each part
 * is loaded when the first call for it comes: a hub that nobody asks over gRPC spares it.
 */
export function grpcServer(parts: GrpcParts): GrpcServer {
  const { tools, settings, authenticator } = parts
  const { limits } = settings
  const server = wireServer({
    maxMessageBytes: limits.batchBytes,
    maxStreams: limits.requests,
    clock: tools.clock,
  })
  const addLater = (paths: string, load: () => Promise<void>) =>
    server.addLater(paths, async () => {
      try {
        await load()
      } catch (error) {
        tools.log.error({ err: error, paths }, 'a gRPC service cannot be loaded')
        throw error
      }
    })

  addLater('/chat4all.', async () => {
    const { addApi } = await import('./add-api.ts')
    addApi(server, parts)
  })
  let health: HealthImplementation | undefined
  let isServing = true
  addLater('/grpc.health.', async () => {
    const { addHealth } = await import('./add-health.ts')
    health = addHealth(server, isServing)
  })
  addLater('/grpc.reflection.', async () => {
    const { addReflection } = await import('./add-reflection.ts')
    addReflection(server, docsAreOpen(settings) ? undefined : authenticator)
  })

  return {
    listen: () => server.listen(settings.grpcPort, settings.host),

    async close() {
      isServing = false
      health?.setStatus('', 'NOT_SERVING')
      const over = new AbortController()
      void tools.clock.sleep(limits.drainMs, over.signal).then(() => server.cut())
      await server.drain()
      over.abort()
    },
  }
}
