import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { openApi } from './open-api.ts'
import { sharedSchemas } from './schemas/shared-schemas.ts'

/**
 * The OpenAPI document of these routes, and a page to browse it under /docs, as an app that never listens. All files of
 * the page come from here: it loads nothing from elsewhere, and its Content-Security-Policy would not let it.
 */
export async function docsApp(routes: readonly RouteOptions[]): Promise<FastifyInstance> {
  const app = fastify({ logger: false, exposeHeadRoutes: false })
  for (const schema of sharedSchemas) app.addSchema(schema)
  // Nobody asks these: they are here to be described.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  await app.register(swagger, openApi)
  for (const { method, url, schema = {} } of routes) {
    app.route({ method, url, schema, handler: () => null })
  }
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { deepLinking: true, tryItOutEnabled: true, persistAuthorization: false },
    theme: { title: 'Chat4All API' },
  })
  await app.ready()
  return app
}
