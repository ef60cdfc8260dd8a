import { ReflectionService } from '@grpc/reflection'
import type { Authenticator } from '../auth/authenticator.ts'
import { foreignHost } from './foreign-host.ts'
import { loadProtos } from './load-protos.ts'
import { reflectedProtos } from './reflected-protos.ts'
import type { WireServer } from './wire/wire-server.ts'

/** Adds server reflection, which reads the protos once more, under the names of their files. */
export function addReflection(server: WireServer, authenticator: Authenticator | undefined): void {
  const described = reflectedProtos(loadProtos({ keepCase: true }).all)
  new ReflectionService(described).addToServer(foreignHost(server, authenticator))
}
