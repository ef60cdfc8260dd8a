import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Child } from '../harness/child.ts'
import { formatted } from '../harness/format.ts'
import { halfLoad } from '../harness/half-load.ts'
import { targets } from '../harness/targets.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { withChildren } from '../harness/with-children.ts'
import { Latencies, type LatencySummary } from '../load/latencies.ts'

/**
 * P12: how long a client waits for its 202 at half of the gateway's own highest rate.
 *
 * An open loop: requests leave on a schedule, 64 connections, and each counts from the instant it was due,
 * so that a server that stalls cannot hide it by slowing its clients. Beside it, at the same rate, bare
 * `node:http`, and fdatasync of one block on the same disk: what nobody can be faster than. Rounds
 * alternate between ours and bare; the figure is the median of the rounds' p99.
 */
export const acceptLatency: Case = {
  targets: ['P12'],
  title: 'latency of the 202 at half load',
  run: (tools) =>
    withChildren(
      [
        { script: 'load/generator.ts', core: 1 },
        { script: 'servers/bare-http.ts', core: 0 },
        { script: 'servers/accept-path.ts', core: 0 },
      ],
      (generator, bare, ours) => measure(generator, bare, ours, tools),
    ),
}

async function measure(generator: Child, bare: Child, ours: Child, tools: CaseTools) {
  const { rate, ours: at, bare: barely } = await halfLoad(generator, ours, bare, tools)
  const disk = await syncLatency(500)
  return [
    {
      target: 'P12',
      what: 'p99 to the 202 at half load',
      value: at.p99,
      unit: 'ms',
      spread: at.spread,
      beside: `p50 ${formatted(at.p50, 'ms')} at ${formatted(rate, '/s')}; bare node:http p99 ${formatted(barely.p99, 'ms')}, fdatasync p99 ${formatted(disk.p99, 'ms')}`,
      ...targets.latencyMs,
    } as const,
  ]
}

/** One block overwritten and synced, again and again. */
async function syncLatency(times: number): Promise<LatencySummary> {
  const file = await open(join(tempFolder('sync'), 'block'), 'w')
  const block = Buffer.alloc(4_096, 1)
  const latencies = new Latencies()
  for (let n = 0; n < times; n++) {
    const startMs = performance.now()
    await file.write(block, 0, block.length, 0)
    await file.datasync()
    latencies.add(performance.now() - startMs)
  }
  await file.close()
  return latencies.summary()
}
