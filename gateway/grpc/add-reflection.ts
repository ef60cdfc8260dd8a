import type { Server } from '@grpc/grpc-js'
import { ReflectionService } from '@grpc/reflection'
import { loadProtos } from './load-protos.ts'
import { reflectedProtos } from './reflected-protos.ts'

/**
 * Adds server reflection. For whoever asks for it first, not for a start: it reads the protos a second time, under the
 * names of their files, and its package brings all of grpc-js.
 */
export function addReflection(server: Pick<Server, 'addService'>): void {
  const described = reflectedProtos(loadProtos({ keepCase: true }).all)
  // Nothing but `addService` of grpc-js's server is used there.
  new ReflectionService(described).addToServer(server as Server)
}
