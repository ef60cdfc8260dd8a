import { EventEmitter } from 'node:events'
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { CallStatus } from './call-status.ts'
import { oneRequest } from './one-request.ts'
import { status } from './status.ts'
import type { Fields, WireCall } from './wire-call.ts'
import type { CallHandler } from './wire-server.ts'

/** As much of grpc-js's calls as the standard services use. */
interface ForeignCall extends EventEmitter {
  request?: Fields
  write(answer: object): boolean
  end(): void
}

type Foreign = (call: ForeignCall, done: Done) => void
type Done = (error: Partial<CallStatus> | null, answer?: object) => void

/** Handlers for a service that was written for grpc-js: health and reflection, from their own packages. */
export function foreignService(
  definition: ServiceDefinition,
  implementation: UntypedServiceImplementation,
): Readonly<Record<string, CallHandler>> {
  const handlers = Object.entries(definition).flatMap(([name, method]) => {
    const foreign = implementation[name] ?? implementation[method.originalName ?? name]
    return foreign === undefined
      ? []
      : [[name, handlerOf(foreign as unknown as Foreign, method.requestStream)] as const]
  })
  return Object.fromEntries(handlers)
}

function handlerOf(foreign: Foreign, takesMany: boolean): CallHandler {
  return (call) => {
    const done: Done = (error, answer) => {
      if (error) call.end(failed(error))
      else call.answer(answer ?? {})
    }
    const facade = facadeOf(call)
    if (!takesMany) {
      oneRequest(call, (request) => {
        facade.request = request
        guarded(call, () => foreign(facade, done))
      })
      return
    }
    guarded(call, () => foreign(facade, done))
    call.read({
      message: (request) => guarded(call, () => facade.emit('data', request)),
      halfClosed: () => guarded(call, () => facade.emit('end')),
    })
  }
}

function facadeOf(call: WireCall): ForeignCall {
  const events = new EventEmitter()
  call.onCancel(() => events.emit('cancelled'))
  return Object.assign(events, {
    write: (answer: object) => call.write(answer),
    end: () => call.end(),
  })
}

/** A fault in there ends this call, and not the hub. */
function guarded(call: WireCall, run: () => void): void {
  try {
    run()
  } catch {
    call.end({ code: status.INTERNAL, details: 'The service has failed' })
  }
}

const failed = ({ code = status.UNKNOWN, details = '' }: Partial<CallStatus>): CallStatus => ({
  code,
  details,
})
