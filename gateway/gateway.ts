import type { AddressInfo } from 'node:net'
import type { InAppItem } from '../schemas/types.ts'
import { portTrouble } from '../topology/contract/port-trouble.ts'
import { Admission } from './admission.ts'
import { authenticator as authenticatorOf } from './auth/authenticator.ts'
import { KeyRing } from './auth/key-ring.ts'
import { eventFeed } from './events/event-feed.ts'
import { eventLog } from './events/event-log.ts'
import { eventStreams } from './events/event-streams.ts'
import { grpcServer } from './grpc/grpc-server.ts'
import { inAppSockets } from './in-app/in-app-sockets.ts'
import { type ItemJson, itemJson } from './in-app/item-json.ts'
import { personStreams } from './in-app/person-streams.ts'
import { blobLinks } from './media/blob-links.ts'
import { sweepUploads } from './media/sweep-uploads.ts'
import { gatewayMetrics } from './metrics/gateway-metrics.ts'
import { operationsOf } from './operations/operations.ts'
import { closeHttp } from './rest/close-http.ts'
import { httpServer } from './rest/http-server.ts'
import type { GatewaySettings } from './settings.ts'
import type { GatewayTools } from './tools.ts'

/** A gateway that listens. */
export interface Gateway {
  readonly httpPort: number
  readonly grpcPort: number
  /** Takes nothing new, ends the live streams, lets open requests finish within a bound. */
  close(): Promise<void>
}

/** Starts the REST and gRPC servers. Throws as `portTrouble`, and then leaves nothing behind. */
export async function startGateway(
  tools: GatewayTools,
  settings: GatewaySettings,
): Promise<Gateway> {
  const metrics = gatewayMetrics(tools.metrics)
  const admission = new Admission(settings.limits)
  const ring = new KeyRing(tools, tools.topics.keys)
  const { bootstrapKey, tenant } = settings
  const authenticator = authenticatorOf({
    ids: tools.ids,
    ring,
    bootstrap: bootstrapKey === null ? null : { key: bootstrapKey, tenant },
    onFailure: (why) => metrics.keyFailed(why),
  })
  const events = eventLog(tools)
  const feed = eventFeed(events)
  const operations = operationsOf(tools, settings, ring, feed)
  const { limits } = settings
  const streams = eventStreams({ tools, events, feed, ring, metrics, limits })
  const people = personStreams(tools, metrics, limits)
  const shown = itemShower(tools, settings)
  const parts = {
    ...{ tools, settings, operations, authenticator, metrics, admission, streams },
    people,
    itemJson: shown,
  }
  const http = await httpServer(parts)
  const sockets = inAppSockets(http.server, {
    streams: people,
    fanOut: tools.fanOut,
    directory: tools.directory,
    operations: operations.inApp,
    itemJson: shown,
    clock: tools.clock,
    pingMs: limits.pingMs,
  })
  const grpc = grpcServer(parts)

  const stopSweeping = sweepUploads(tools, settings.media.uploadExpireMs)
  ring.start()
  // With a log that is away the gateway still starts: the bootstrap key works, other keys get 503 meanwhile.
  await Promise.race([ring.loaded, tools.clock.sleep(2_000)])
  const close = async () => {
    // Streams first: they would hold both servers open for as long as their readers like.
    await Promise.all([streams.close(), people.close()])
    await sockets.close()
    await Promise.all([closeHttp(http, tools.clock, limits.drainMs), grpc.close()])
    await Promise.all([ring.close(), stopSweeping()])
  }
  try {
    const { host, httpPort: port } = settings
    await http.listen({ host, port }).catch((cause: unknown) => {
      throw portTrouble(cause, host, port, 'C4A_HTTP_PORT')
    })
    const grpcPort = await grpc.listen().catch((cause: unknown) => {
      throw portTrouble(cause, host, settings.grpcPort, 'C4A_GRPC_PORT')
    })
    return { httpPort: (http.server.address() as AddressInfo).port, grpcPort, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** How long a link in an item is good: who reads it later comes back to it from a cursor, and gets another. */
const linkMs = 24 * 3_600_000

function itemShower({ ids, clock, content }: GatewayTools, { media }: GatewaySettings) {
  const links = blobLinks(ids)
  const linkTo = (tenant: string, blobId: string) => {
    const expiresAtS = Math.floor((clock.now() + linkMs) / 1_000)
    return `${media.publicUrl ?? ''}/v1/blob-links/${links.token({ tenant, blobId, expiresAtS })}`
  }
  return (item: InAppItem): ItemJson => itemJson(item, content, linkTo)
}
