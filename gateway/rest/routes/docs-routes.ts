import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { Access } from '../guard.ts'

/**
 * The OpenAPI document and a page to browse it. All files of the page come from here: it loads nothing
 * from elsewhere, and its Content-Security-Policy would not let it.
 */
export async function docsRoutes(app: FastifyInstance, access: Access): Promise<void> {
  let document: string | undefined
  app.get('/openapi.json', { config: { access }, schema: { hide: true } }, (_, reply) => {
    document ??= JSON.stringify(app.swagger())
    reply.type('application/json').send(document)
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { deepLinking: true, tryItOutEnabled: true, persistAuthorization: false },
    theme: { title: 'Chat4All API' },
  })
}
