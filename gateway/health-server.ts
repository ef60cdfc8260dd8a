import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { authenticator } from './auth/authenticator.ts'
import { KeyRing } from './auth/key-ring.ts'
import { answerProblem } from './rest/answer-problem.ts'
import { guardRoutes } from './rest/guard.ts'
import { noSuchPath } from './rest/no-such-path.ts'
import { requestIdOf } from './rest/request-trace.ts'
import { healthRoutes } from './rest/routes/health-routes.ts'
import { sharedSchemas } from './rest/schemas/shared-schemas.ts'
import { serializerOf } from './rest/serializer-of.ts'
import type { GatewaySettings } from './settings.ts'
import type { GatewayTools } from './tools.ts'

type HealthTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'ids' | 'clock' | 'log' | 'ready' | 'metrics'
> & { readonly topics: Pick<GatewayTools['topics'], 'keys'> }

/** What a process without a gateway serves: that it lives, whether it is ready, and its figures to whoever has a key. */
export async function startHealthServer(
  tools: HealthTools,
  {
    host,
    httpPort,
    bootstrapKey,
    tenant,
  }: Pick<GatewaySettings, 'host' | 'httpPort' | 'bootstrapKey' | 'tenant'>,
): Promise<{ readonly httpPort: number; close(): Promise<void> }> {
  const ring = new KeyRing(tools, tools.topics.keys)
  let following = false
  // From the first time that somebody shows a key, who is asked to try again then: many processes that follow a
  // topic for nobody are a load on the log.
  const follow = (): KeyRing => {
    if (!following) ring.start()
    following = true
    return ring
  }
  const keys = authenticator({
    ids: tools.ids,
    ring: {
      get: (keyId) => follow().get(keyId),
      get isLoaded() {
        return follow().isLoaded
      },
    },
    bootstrap: bootstrapKey === null ? null : { key: bootstrapKey, tenant },
    onFailure() {},
  })
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // Nothing here is worth waiting for when the process ends.
    forceCloseConnections: true,
    genReqId: requestIdOf,
  })
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, tools))
  app.setNotFoundHandler((request) => {
    throw noSuchPath(request)
  })
  app.setSerializerCompiler(serializerOf)
  for (const schema of sharedSchemas) app.addSchema(schema)
  guardRoutes(app, keys)
  healthRoutes(app, { tools })
  const close = async () => {
    await app.close()
    await ring.close()
  }
  try {
    await app.listen({ host, port: httpPort })
  } catch (error) {
    await close()
    throw error
  }
  return { httpPort: (app.server.address() as AddressInfo).port, close }
}
