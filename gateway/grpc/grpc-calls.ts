import type { Admission } from '../admission.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { type Caller, mustBeAllowed } from '../auth/caller.ts'
import type { Permission } from '../auth/roles.ts'
import type { GatewayMetrics, RouteMeter } from '../metrics/gateway-metrics.ts'
import { traceparentOf } from '../operations/trace.ts'
import type { GatewayTools } from '../tools.ts'
import { grpcError, isOurFault } from './grpc-error.ts'
import { textOf } from './text-of.ts'
import { oneRequest } from './wire/one-request.ts'
import { type Status, status } from './wire/status.ts'
import type { Fields, WireCall } from './wire/wire-call.ts'
import type { CallHandler } from './wire/wire-server.ts'

const nameOf = new Map<Status, string>(Object.entries(status).map(([name, code]) => [code, name]))

/** Who called, and with what. */
export interface GrpcCall {
  readonly caller: Caller
  readonly traceparent: string
}

/** An answer that is a failure, with the ids that were minted for it. */
export interface FailedCall {
  readonly failed: unknown
  readonly ids: Readonly<Record<string, string>>
}

interface CallTools {
  readonly authenticator: Authenticator
  readonly admission: Admission
  readonly metrics: GatewayMetrics
  readonly log: GatewayTools['log']
}

/**
 * Makes gRPC handlers of operations: key check, room, errors and counting are the same for all. What
 * `run` gives is the answer in the form of its proto message.
 */
export interface GrpcCalls {
  unary(
    method: string,
    permission: Permission,
    run: (request: Fields, call: GrpcCall) => Promise<object>,
  ): CallHandler
  clientStream(
    method: string,
    permission: Permission,
    run: (stream: WireCall, call: GrpcCall) => Promise<object>,
  ): CallHandler
  /** `run` writes to the stream; the call ends well when it resolves, and with the error that it throws. */
  serverStream(
    method: string,
    permission: Permission,
    run: (request: Fields, stream: WireCall, call: GrpcCall) => Promise<void>,
  ): CallHandler
}

export function grpcCalls({ authenticator, admission, metrics, log }: CallTools): GrpcCalls {
  async function allowed<Answer>(
    { headers, connection }: WireCall,
    permission: Permission,
    run: (call: GrpcCall) => Promise<Answer>,
  ): Promise<Answer> {
    const authorization = textOf(headers, 'authorization')
    const caller =
      authenticator.known(authorization, connection) ??
      (await authenticator.authenticate(authorization))
    mustBeAllowed(caller, permission)
    return run({ caller, traceparent: traceparentOf(textOf(headers, 'traceparent')) })
  }

  /** Runs with room taken and the time measured, and ends the call: `done` does where all went well. */
  function measured<Answer>(
    { method, meter }: { readonly method: string; readonly meter: RouteMeter },
    call: WireCall,
    run: () => Promise<Answer>,
    done: (answer: Answer) => void,
  ): void {
    const startedAt = performance.now()
    const count = (code: Status) =>
      meter.done(nameOf.get(code) ?? code, (performance.now() - startedAt) / 1_000)
    const fail = (error: unknown, ids: FailedCall['ids'] = {}) => {
      if (isOurFault(error)) log.error({ err: error, method }, 'a gRPC call failed')
      const ending = grpcError(error, ids)
      count(ending.code)
      call.end(ending)
    }
    const end = (answer: Answer) => {
      if (isFailed(answer)) return fail(answer.failed, answer.ids)
      try {
        done(answer)
      } catch (error) {
        return fail(error)
      }
      return count(status.OK)
    }
    try {
      // What is decoded already has its size bounded by the server's limit; only the count is bounded here.
      admission.enter(0)
    } catch (error) {
      fail(error)
      return
    }
    run().then(
      (answer) => {
        admission.leave(0)
        end(answer)
      },
      (error: unknown) => {
        admission.leave(0)
        fail(error)
      },
    )
  }

  const metered = (method: string) => ({ method, meter: metrics.route('GRPC', method) })

  return {
    unary(method, permission, run) {
      const measure = metered(method)
      return (call) =>
        oneRequest(call, (request) =>
          measured(
            measure,
            call,
            () => allowed(call, permission, (about) => run(request, about)),
            (answer) => call.answer(answer),
          ),
        )
    },

    clientStream(method, permission, run) {
      const measure = metered(method)
      return (call) =>
        measured(
          measure,
          call,
          () => allowed(call, permission, (about) => run(call, about)),
          (answer) => call.answer(answer),
        )
    },

    serverStream(method, permission, run) {
      const measure = metered(method)
      return (call) =>
        oneRequest(call, (request) =>
          measured(
            measure,
            call,
            () => allowed(call, permission, (about) => run(request, call, about)),
            () => call.end(),
          ),
        )
    },
  }
}

function isFailed(answer: unknown): answer is FailedCall {
  return typeof answer === 'object' && answer !== null && 'failed' in answer
}
