import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Authenticator } from '../auth/authenticator.ts'
import { type Caller, mustBeAllowed } from '../auth/caller.ts'
import type { Permission } from '../auth/roles.ts'

/** What the caller's role must allow, or `open` for the few routes that need no key. */
export type Access = Permission | 'open'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route that needs a permission, before its handler. */
    caller: Caller
  }
  interface FastifyContextConfig {
    readonly access?: Access
    /** Counts against what is answered at once although it is open. */
    readonly admitted?: boolean
    /** The body is not read into memory, and may take as long as it moves. */
    readonly streamsBody?: boolean
  }
}

/** Puts a key check before every route. A route that does not say who may use it stops the start. */
export function guardRoutes(app: FastifyInstance, authenticator: Authenticator): void {
  // A getter-free slot on the prototype: routes that need a key set it, the others never read it.
  app.decorateRequest('caller', null as unknown as Caller)
  app.addHook('onRoute', (route: RouteOptions) => {
    const access = route.config?.access
    if (access === undefined) {
      throw new Error(`Route ${route.method} ${route.url} does not say who may use it`)
    }
    if (access === 'open') return
    const before = route.onRequest ?? []
    route.onRequest = [guard(authenticator, access), ...(Array.isArray(before) ? before : [before])]
  })
}

function guard(authenticator: Authenticator, permission: Permission) {
  return (request: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void => {
    const { authorization } = request.headers
    const admit = (caller: Caller) => {
      try {
        mustBeAllowed(caller, permission)
        request.caller = caller
        done()
      } catch (error) {
        done(error as Error)
      }
    }
    // No promise on the usual way: a key seen before is known at once.
    const known = authenticator.known(authorization, request.raw.socket)
    if (known !== undefined) admit(known)
    else authenticator.authenticate(authorization).then(admit, done)
  }
}
