import type { Server } from '@grpc/grpc-js'
import type { Authenticator } from '../auth/authenticator.ts'
import { mustBeAllowed } from '../auth/caller.ts'
import { grpcError } from './grpc-error.ts'
import { textOf } from './text-of.ts'
import { foreignService } from './wire/foreign-service.ts'
import type { CallHandler, WireServer } from './wire/wire-server.ts'

/**
 * Takes services that come for grpc-js's server, of which they use nothing but `addService`; with `authenticator`, each
 * call needs a key.
 */
export function foreignHost(server: WireServer, authenticator?: Authenticator): Server {
  const host: Pick<Server, 'addService'> = {
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
  return host as Server
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
