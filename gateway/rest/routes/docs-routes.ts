import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { keptWhenMade } from '../../../topology/contract/kept-when-made.ts'
import type { Access } from '../guard.ts'
import { noSuchPath } from '../no-such-path.ts'

/** What an answer's own connection says of itself. */
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']

/**
 * The OpenAPI document of the routes that are added after this, and a page to browse it: made when somebody asks, since
 * to load what makes them takes longer than all routes together.
 */
export function docsRoutes(app: FastifyInstance, access: Access): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    if ((route.schema as { readonly hide?: boolean } | undefined)?.hide !== true) routes.push(route)
  })
  const docs = keptWhenMade(async () => {
    const { docsApp } = await import('../docs-app.ts')
    return docsApp(routes)
  })

  let document: string | undefined
  const hidden = { config: { access }, schema: { hide: true } } as const

  app.get('/openapi.json', hidden, async (_, reply) => {
    document ??= JSON.stringify((await docs()).swagger())
    return reply.type('application/json').send(document)
  })

  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const { url, headers } = request
    const answer = await (await docs()).inject({ method: 'GET', url, headers })
    if (answer.statusCode === 404) throw noSuchPath(request)
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !hopByHop.includes(name)) reply.header(name, value)
    }
    const { statusCode, rawPayload } = answer
    return reply.code(statusCode).send(rawPayload.length === 0 ? undefined : rawPayload)
  }
  for (const url of ['/docs', '/docs/*']) app.get(url, hidden, page)
}
