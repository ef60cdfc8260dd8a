import {
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServerReadableStream,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'
import type { Admission } from '../admission.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { type Caller, mustBeAllowed } from '../auth/caller.ts'
import type { Permission } from '../auth/roles.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { traceparentOf } from '../operations/trace.ts'
import type { GatewayTools } from '../tools.ts'
import { grpcError, isOurFault } from './grpc-error.ts'
import { toProto } from './proto-values.ts'

/** Who called, and with what. */
export interface GrpcCall {
  readonly caller: Caller
  readonly traceparent: string
}

/** A decoded message; its fields are checked like those of a REST body. */
export type Fields = Readonly<Record<string, unknown>>

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

/** Makes gRPC handlers of operations: key check, room, errors and counting are the same for all. */
export interface GrpcCalls {
  unary(
    method: string,
    permission: Permission,
    run: (request: Fields, call: GrpcCall) => Promise<object>,
  ): handleUnaryCall<Fields, unknown>
  clientStream(
    method: string,
    permission: Permission,
    run: (stream: ServerReadableStream<Fields, unknown>, call: GrpcCall) => Promise<object>,
  ): handleClientStreamingCall<Fields, unknown>
  /** `run` ends the stream itself; what it throws is the stream's error. */
  serverStream(
    method: string,
    permission: Permission,
    run: (stream: ServerWritableStream<Fields, unknown>, call: GrpcCall) => Promise<void>,
  ): handleServerStreamingCall<Fields, unknown>
}

export function grpcCalls({ authenticator, admission, metrics, log }: CallTools): GrpcCalls {
  async function callOf(metadata: Metadata, permission: Permission): Promise<GrpcCall> {
    const authorization = textOf(metadata, 'authorization')
    const caller =
      authenticator.known(authorization) ?? (await authenticator.authenticate(authorization))
    mustBeAllowed(caller, permission)
    return { caller, traceparent: traceparentOf(textOf(metadata, 'traceparent')) }
  }

  function failure(method: string, error: unknown, ids: FailedCall['ids'] = {}) {
    if (isOurFault(error)) log.error({ err: error, method }, 'a gRPC call failed')
    return grpcError(error, ids)
  }

  /** Runs with room taken and the time measured; answers through `done`. */
  function measured<Answer>(
    method: string,
    run: () => Promise<Answer>,
    done: (error: ReturnType<typeof grpcError> | null, answer?: Answer) => void,
  ): void {
    const startedAt = performance.now()
    const meter = meterOf(method)
    const end = (code: status) => meter.done(status[code], (performance.now() - startedAt) / 1_000)
    const fail = (thrown: unknown, ids?: FailedCall['ids']) => {
      const error = failure(method, thrown, ids)
      end(error.code)
      done(error)
    }
    try {
      // What is decoded already has its size bounded by the server's limit; only the count is bounded here.
      admission.enter(0)
    } catch (error) {
      fail(error)
      return
    }
    run()
      .finally(() => admission.leave(0))
      .then((answer) => {
        if (isFailed(answer)) return fail(answer.failed, answer.ids)
        end(status.OK)
        return done(null, answer)
      }, fail)
  }

  const meters = new Map<string, ReturnType<GatewayMetrics['route']>>()
  function meterOf(method: string) {
    const known = meters.get(method)
    if (known !== undefined) return known
    const meter = metrics.route('GRPC', method)
    meters.set(method, meter)
    return meter
  }

  return {
    unary: (method, permission, run) => (call, callback) =>
      measured(
        method,
        async () => answered(await run(call.request, await callOf(call.metadata, permission))),
        callback,
      ),

    clientStream: (method, permission, run) => (call, callback) =>
      measured(
        method,
        async () => answered(await run(call, await callOf(call.metadata, permission))),
        callback,
      ),

    serverStream: (method, permission, run) => (call) =>
      measured(
        method,
        async () => run(call, await callOf(call.metadata, permission)),
        (error) => {
          if (error !== null) call.emit('error', error)
        },
      ),
  }
}

const answered = (answer: object): unknown => (isFailed(answer) ? answer : toProto(answer))

function isFailed(answer: unknown): answer is FailedCall {
  return typeof answer === 'object' && answer !== null && 'failed' in answer
}

export function textOf(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name)
  return typeof value === 'string' ? value : undefined
}
