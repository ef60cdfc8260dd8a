import { alternate } from '../harness/alternate.ts'
import { benchKey } from '../harness/bench-key.ts'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Child } from '../harness/child.ts'
import { formatted } from '../harness/format.ts'
import { median } from '../harness/median.ts'
import { targets } from '../harness/targets.ts'
import { withChildren } from '../harness/with-children.ts'
import { streamBodies, unaryBodies } from '../load/grpc-bodies.ts'
import type { LoadResult } from '../load/http-load.ts'
import type { Http2Job } from '../load/http2-load.ts'

const perStream = 1_000
const warmMs = 300

/**
 * P4: gRPC. Two figures:
 *
 * - unary `Send` with everything that REST promises (key, checks, Avro, fsync) against bare `node:http2`
 *   that drops the body; same generator (raw HTTP/2 frames), 8 connections of 16 calls each, a core each.
 * - `SendStream` with 1,000 messages a stream against the unary call: server CPU per message, all threads.
 */
export const grpc: Case = {
  targets: ['P4'],
  title: 'gRPC against bare node:http2',
  run: (tools) =>
    withChildren(
      [
        { script: 'load/generator.ts', core: 1 },
        { script: 'servers/bare-http2.ts', core: 0 },
        { script: 'servers/accept-path.ts', core: 0 },
      ],
      (generator, bare, ours) => measure(generator, bare, ours, tools),
    ),
}

async function measure(generator: Child, bare: Child, ours: Child, { effort, say }: CaseTools) {
  const call = { path: '/chat4all.v1.MessageService/Send', connections: 8, streams: 16 }
  const stream = { path: '/chat4all.v1.MessageService/SendStream', connections: 4, streams: 1 }
  const unary = unaryBodies()
  const streamed = streamBodies(perStream)
  const costs = { unary: [] as number[], stream: [] as number[] }

  const burst = async (server: Child, shape: typeof call, bodies: readonly string[]) => {
    const port = Number(server.hello['grpcPort'])
    const job: Http2Job = { ...shape, bodies, port, key: benchKey, warmMs, runMs: effort.runMs }
    const before = await usage(server)
    const result = await generator.ask<LoadResult>({ ask: 'http2', job })
    const micros = (await usage(server)) - before
    return { ...result, micros: micros / (result.requests * (1 + warmMs / effort.runMs)) }
  }
  const compared = await alternate(
    effort.rounds,
    async () => {
      const { perSecond, micros } = await burst(ours, call, unary)
      costs.unary.push(micros)
      costs.stream.push((await burst(ours, stream, streamed)).micros / perStream)
      return perSecond
    },
    async () => (await burst(bare, call, unary)).perSecond,
    (round, a, b) =>
      say(`${round}/${effort.rounds}: ${formatted(a, '/s')} against ${formatted(b, '/s')}`),
  )
  const [unaryMicros, streamMicros] = [median(costs.unary), median(costs.stream)]
  return [
    {
      target: 'P4',
      what: 'gRPC Send, fsync before the answer',
      value: compared.ratio,
      unit: 'x',
      spread: compared.spread,
      beside: `${formatted(compared.ours, '/s')} against ${formatted(compared.bare, '/s')} of node:http2`,
      ...targets.grpcUnary,
    } as const,
    {
      target: 'P4',
      what: 'SendStream cheaper than Send, CPU',
      value: unaryMicros / streamMicros,
      unit: 'x',
      beside: `${formatted(unaryMicros, 'us')} a call, ${formatted(streamMicros, 'us')} a streamed message`,
      ...targets.grpcStream,
    } as const,
  ]
}

const usage = async (child: Child): Promise<number> =>
  (await child.ask<{ cpuMicros: number }>({ ask: 'usage' })).cpuMicros
