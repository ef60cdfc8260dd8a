import type { TestContext } from 'node:test'
import type { ServiceDefinition } from '@grpc/grpc-js'
import { oneRequest } from '../../../gateway/grpc/wire/one-request.ts'
import { status } from '../../../gateway/grpc/wire/status.ts'
import type { WireCall } from '../../../gateway/grpc/wire/wire-call.ts'
import {
  type CallHandler,
  type WireServer,
  wireServer,
} from '../../../gateway/grpc/wire/wire-server.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'
import type { Clock } from '../../../topology/ports/clock.ts'

const write = (value: object) => Buffer.from(JSON.stringify(value))
const read = (bytes: Buffer) => JSON.parse(bytes.toString())

function method(name: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/test.Test/${name}`,
    requestStream,
    responseStream,
    requestSerialize: write,
    requestDeserialize: read,
    responseSerialize: write,
    responseDeserialize: read,
  }
}

/** Messages are JSON, so that any can be written by hand; gRPC does not mind. */
export const definition = {
  Echo: method('Echo', false, false),
  Fail: method('Fail', false, false),
  Never: method('Never', false, false),
  Collect: method('Collect', true, false),
  Count: method('Count', false, true),
  Chat: method('Chat', true, true),
  First: method('First', true, false),
  Missing: method('Missing', false, false),
} satisfies ServiceDefinition

export const maxMessageBytes = 6 * 1024 * 1024

/** A server of these methods, and what it saw. */
export interface TestServer {
  readonly server: WireServer
  readonly port: number
  /** Calls that were cancelled, by method. */
  readonly cancelled: string[]
  /** Calls of Never and Collect, as they began. */
  readonly calls: WireCall[]
  /** How many messages Count and Collect have written or read. */
  readonly passed: { count: number; collect: number }
}

export async function testServer(
  t: TestContext,
  clock: Pick<Clock, 'after'> = systemClock,
): Promise<TestServer> {
  const server = wireServer({ maxMessageBytes, maxStreams: 1_000, clock })
  const cancelled: string[] = []
  const calls: WireCall[] = []
  const passed = { count: 0, collect: 0 }

  const handlers: Readonly<Record<string, CallHandler>> = {
    Echo: (call) => oneRequest(call, (request) => call.answer(request)),
    Fail: (call) =>
      oneRequest(call, () =>
        call.end({
          code: status.ABORTED,
          details: '100 % não, 日本',
          metadata: { 'x-text': 'a b', 'x-bytes-bin': Buffer.from([0, 255, 7]) },
        }),
      ),
    Never(call) {
      calls.push(call)
      call.onCancel(() => cancelled.push('Never'))
      oneRequest(call, () => {})
    },
    Collect(call) {
      calls.push(call)
      const all: unknown[] = []
      call.onCancel(() => cancelled.push('Collect'))
      call.read({
        message(request) {
          passed.collect++
          all.push(request['n'])
          if (request['pause'] === true) call.pause()
        },
        halfClosed: () => call.answer({ all }),
      })
    },
    // Writes as many as it is asked for, and no faster than they are taken.
    Count: (call) =>
      oneRequest(call, ({ to, padding = '' }) => {
        const step = async () => {
          for (let n = 1; n <= Number(to); n++) {
            passed.count = n
            if (!call.write({ n, padding })) await call.drained()
          }
          call.end()
        }
        void step()
      }),
    Chat: (call) =>
      call.read({
        message: ({ n }) => void call.write({ twice: Number(n) * 2 }),
        halfClosed: () => call.end(),
      }),
    First: (call) =>
      call.read({ message: (request) => call.answer(request), halfClosed: () => call.end() }),
  }
  server.addService(definition, handlers)
  const port = await server.listen(0, '127.0.0.1')
  t.after(async () => {
    server.cut()
    await server.drain()
  })
  return { server, port, cancelled, calls, passed }
}
