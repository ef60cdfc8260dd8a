import fastify, { type FastifyInstance } from 'fastify'
import type { Admission } from '../admission.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { EventStreams } from '../events/event-streams.ts'
import { isSocketRequest } from '../in-app/is-socket-request.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { Checks } from '../operations/checks.ts'
import type { Operations } from '../operations/operations.ts'
import { schemaCheck } from '../operations/schema-check.ts'
import type { GatewaySettings } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { answerProblem } from './answer-problem.ts'
import { boundBodies } from './bound-bodies.ts'
import { docsAreOpen } from './docs-are-open.ts'
import { guardRoutes } from './guard.ts'
import { meterRoutes } from './meter-routes.ts'
import { noSuchPath } from './no-such-path.ts'
import { requestIdOf } from './request-trace.ts'
import { batchRoutes } from './routes/batch-routes.ts'
import { blobLinkRoutes } from './routes/blob-link-routes.ts'
import { blobRoutes } from './routes/blob-routes.ts'
import { conversationRoutes } from './routes/conversation-routes.ts'
import { deadLetterRoutes } from './routes/dead-letter-routes.ts'
import { docsRoutes } from './routes/docs-routes.ts'
import { endpointDeliveryRoutes } from './routes/endpoint-delivery-routes.ts'
import { endpointRoutes } from './routes/endpoint-routes.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { healthRoutes } from './routes/health-routes.ts'
import { inAppRoutes } from './routes/in-app-routes.ts'
import { keyRoutes } from './routes/key-routes.ts'
import { memberRoutes } from './routes/member-routes.ts'
import { messageRoutes } from './routes/message-routes.ts'
import { personRoutes } from './routes/person-routes.ts'
import { previewRoutes } from './routes/preview-routes.ts'
import { searchRoutes } from './routes/search-routes.ts'
import { uploadRoutes } from './routes/upload-routes.ts'
import { webhookRoutes } from './routes/webhook-routes.ts'
import { sharedSchemas } from './schemas/shared-schemas.ts'
import { serializerOf } from './serializer-of.ts'

/** What the routes work with. */
export interface HttpParts {
  readonly tools: GatewayTools
  readonly settings: GatewaySettings
  readonly operations: Operations
  readonly authenticator: Authenticator
  readonly metrics: GatewayMetrics
  readonly admission: Admission
  readonly streams: EventStreams
}

/** The REST server, complete but not listening yet. */
export async function httpServer(parts: HttpParts): Promise<FastifyInstance> {
  const { limits } = parts.settings
  const app = fastify({
    // Our own lines say what matters; a line and a child logger per request cost several microseconds.
    logger: false,
    bodyLimit: limits.sendBytes,
    // Node knows one time for all requests, and an upload may take hours: `boundBodies` gives the others theirs.
    requestTimeout: 0,
    // Nothing else is upgraded: Java's client offers h2c with each first request, and means it as an offer.
    http: { shouldUpgradeCallback: isSocketRequest },
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 512 },
    // Every body has a schema that refuses what it does not name, and the names that a client may choose (metadata) are
    // never set on an object of ours. Looking for `__proto__` would read each body twice more.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    genReqId: requestIdOf,
  })
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validators(parts.operations.checks))
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, parts.tools))
  app.setNotFoundHandler((request) => {
    throw noSuchPath(request)
  })
  app.setSerializerCompiler(serializerOf)
  for (const schema of sharedSchemas) app.addSchema(schema)

  meterRoutes(app, parts.metrics, parts.admission)
  const docsAccess = docsAreOpen(parts.settings) ? 'open' : 'docs:read'
  boundBodies(app)
  guardRoutes(app, parts.authenticator)
  docsRoutes(app, docsAccess)
  healthRoutes(app, parts)
  messageRoutes(app, parts)
  previewRoutes(app, parts)
  batchRoutes(app, parts)
  conversationRoutes(app, parts)
  memberRoutes(app, parts)
  personRoutes(app, parts)
  searchRoutes(app, parts)
  eventRoutes(app, parts)
  keyRoutes(app, parts)
  inAppRoutes(app, parts)
  endpointRoutes(app, parts)
  endpointDeliveryRoutes(app, parts)
  deadLetterRoutes(app, parts)
  blobLinkRoutes(app, parts)
  for (const routes of [webhookRoutes, blobRoutes, uploadRoutes]) {
    await app.register((scope, _, done) => {
      routes(scope, parts)
      done()
    })
  }
  await app.ready()
  return app
}

function validators({ isSendRequest }: Checks) {
  return ({ schema, httpPart }: { schema: unknown; httpPart?: string }) => {
    if ((schema as { readonly $ref?: string }).$ref === 'SendRequest#') return isSendRequest
    // A query holds text only, so there `limit=10` has to become a number.
    return schemaCheck(schema as object, { coerceTypes: httpPart !== 'body' })
  }
}
