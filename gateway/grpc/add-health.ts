import { HealthImplementation } from 'grpc-health-check'
import { foreignHost } from './foreign-host.ts'
import type { WireServer } from './wire/wire-server.ts'

/** Adds the standard health service, which tells of the whole server. */
export function addHealth(server: WireServer, isServing: boolean): HealthImplementation {
  const health = new HealthImplementation({ '': isServing ? 'SERVING' : 'NOT_SERVING' })
  health.addToServer(foreignHost(server))
  return health
}
