import { STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { Chat4AllError } from '../contract/errors.ts'
import { portTrouble } from '../contract/port-trouble.ts'
import type { SchemaRegistry } from '../ports/registry.ts'
import { type Credentials, isAuthorized } from './basic-auth.ts'
import type { Level } from './compatibility.ts'
import { Deletion } from './deletion.ts'
import { ownRegistry } from './own.ts'
import { RegistryFault } from './registry-fault.ts'
import { RegistryStore } from './registry-store.ts'
import { schemaRoutes } from './schema-routes.ts'
import { settingRoutes } from './setting-routes.ts'
import { subjectRoutes } from './subject-routes.ts'
import { Subjects } from './subjects.ts'

export interface RegistryOptions {
  /** The file it keeps everything in, or `:memory:`. */
  readonly path: string
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Asked of every request but health. Without them it listens on this machine only. */
  readonly credentials: Credentials | undefined
}

export interface RunningRegistry {
  readonly url: string
  /** The same registry without the network, for the process that it runs in. `level`: as `ownRegistry` takes it. */
  schemas(level: Level): SchemaRegistry
  /** Finishes requests under way and closes the file. */
  close(): Promise<void>
}

const contentType = 'application/vnd.schemaregistry.v1+json'
const loopback = ['127.0.0.1', '::1', 'localhost']

/**
 * A schema registry with Confluent's REST API, for Avro without references. Throws
 * C4A_SETTING_INVALID when it would be open to the network without credentials, C4A_PORT_BUSY.
 */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { path, host, port, credentials } = options
  if (!credentials && !loopback.includes(host)) {
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: `The schema registry would listen on ${host} without credentials`,
      why: 'whoever can write schemas can stop the pipeline',
      todo: 'Set its credentials, or let it listen on 127.0.0.1',
    })
  }
  const store = new RegistryStore(path)
  const app = fastify({ bodyLimit: 4 * 1024 * 1024, routerOptions: { maxParamLength: 1024 } })
  app.addHook('onClose', () => store.close())
  speakAsConfluent(app)
  if (credentials) demand(app, credentials)
  const subjects = new Subjects(store)
  app.get('/health', () => ({ status: 'ok' }))
  app.get('/', () => ({}))
  subjectRoutes(app, store, subjects, new Deletion(store, subjects))
  schemaRoutes(app, store, subjects)
  settingRoutes(app, store, subjects)
  await listen(app, host, port)
  // A TCP server's address is no string.
  const { port: actual } = app.server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    schemas: (level) => ownRegistry(store, subjects, level),
    close: () => app.close(),
  }
}

function speakAsConfluent(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const types = [contentType, 'application/vnd.schemaregistry+json', 'application/json']
  app.addContentTypeParser(types, { parseAs: 'string' }, (_request, body, done) => {
    try {
      // The client names a type even where it sends nothing.
      done(null, body === '' ? undefined : JSON.parse(String(body)))
    } catch {
      done(new RegistryFault(400, 400, 'The body is not JSON'))
    }
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-type', contentType)
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ error_code: 404, message: 'HTTP 404 Not Found' }),
  )
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof RegistryFault) {
      const { status, errorCode, message } = error
      return reply.status(status).send({ error_code: errorCode, message })
    }
    // Fastify's own refusals (too large, wrong type) carry a status; anything else is a fault of ours.
    const { statusCode = 500 } = error as { statusCode?: number }
    if (statusCode < 500) {
      const message = STATUS_CODES[statusCode] ?? 'Bad request'
      return reply.status(statusCode).send({ error_code: statusCode, message })
    }
    return reply.status(500).send({ error_code: 50001, message: 'Error in the backend store' })
  })
}

function demand(app: FastifyInstance, credentials: Credentials): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/health' || isAuthorized(request.headers.authorization, credentials))
      return
    reply.header('www-authenticate', 'Basic realm="schema registry"')
    await reply.status(401).send({ error_code: 401, message: 'Unauthorized' })
  })
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    await app.close()
    throw portTrouble(cause, host, port, 'C4A_REGISTRY_PORT')
  }
}
