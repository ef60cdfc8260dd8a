import type { LatencySummary } from '../load/latencies.ts'
import { singleBodies } from '../load/send-bodies.ts'
import type { CaseTools } from './case.ts'
import type { Child } from './child.ts'
import type { Spread } from './figure.ts'
import { formatted } from './format.ts'
import { httpBurst, single, type Target } from './http-bench.ts'
import { median } from './median.ts'

export interface HalfLoad {
  /** Requests a second. */
  readonly rate: number
  readonly ours: Latency
  readonly bare: Latency
}

/** Medians of the rounds, milliseconds; the spread is of their p99. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly spread: Spread
}

/**
 * How long a client waits for its 202 at half of the gateway's own highest rate, and for bare `node:http` at the same
 * rate, in turns: an open loop, so that each request counts from the instant it was due.
 */
export async function halfLoad(
  generator: Child,
  ours: Child,
  bare: Child,
  { effort, say }: CaseTools,
): Promise<HalfLoad> {
  const bodies = singleBodies()
  const { runMs } = effort
  const burst = { ...single, bodies, warmMs: 0, runMs }
  const warm = await warmUp(generator, ours, burst)
  await settle(generator, ours, { ...burst, rate: Math.floor(warm / 2) }, say)
  const full = await httpBurst(generator, ours, { ...single, bodies, warmMs: 1_000, runMs })
  const rate = Math.floor(full.perSecond / 2)
  say(`at most ${formatted(full.perSecond, '/s')}, so at ${formatted(rate, '/s')}`)
  const target = { ...single, bodies, warmMs: 500, runMs: 2 * runMs, rate }
  const at = { ours: [] as LatencySummary[], bare: [] as LatencySummary[] }
  for (let round = 1; round <= effort.rounds; round++) {
    const ourRun = await httpBurst(generator, ours, target)
    const bareRun = await httpBurst(generator, bare, target)
    at.ours.push(ourRun.latency)
    at.bare.push(bareRun.latency)
    const [a, b] = [ourRun, bareRun].map(({ latency }) => formatted(latency.p99, 'ms'))
    say(`${round}/${effort.rounds}: p99 ${a}, bare ${b}`)
  }
  return { rate, ours: latencyOf(at.ours), bare: latencyOf(at.bare) }
}

/**
 * Brokers that started a moment ago let the first requests wait for seconds, and become several times as fast while their
 * code is compiled: half of what they give until then would be a rate at which nothing is asked of them. Answers the most
 * requests a second that it saw.
 */
async function warmUp(generator: Child, ours: Child, target: Target): Promise<number> {
  let best = 0
  for (let bursts = 1, since = 0; since < 5 || best === 0; bursts++) {
    if (best === 0 && bursts > 10) throw new Error('not one request in ten bursts was answered')
    const { perSecond } = await httpBurst(generator, ours, target)
    since = perSecond > 1.05 * best ? 0 : since + 1
    best = Math.max(best, perSecond)
  }
  return best
}

/**
 * What is promised is the latency of a hub that runs. At half load more and smaller requests go to the brokers than at full
 * load, and they compile other code for them, on the same two cores. So it goes on until five bursts bring no better p99
 * than the five before, but not for ever: what does not settle is measured as it is.
 */
async function settle(
  generator: Child,
  ours: Child,
  target: Target,
  say: CaseTools['say'],
): Promise<void> {
  const p99s: number[] = []
  while (p99s.length < mostBursts && !stands(p99s)) {
    const { latency } = await httpBurst(generator, ours, target)
    p99s.push(latency.p99)
  }
  say(`p99 until it stood: ${p99s.map((p99) => formatted(p99, 'ms')).join(', ')}`)
}

const mostBursts = 25

const stands = (p99s: readonly number[]): boolean =>
  p99s.length >= 10 && median(p99s.slice(-5)) > 0.9 * median(p99s.slice(-10, -5))

function latencyOf(rounds: readonly LatencySummary[]): Latency {
  const p99s = rounds.map(({ p99 }) => p99)
  return {
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(p99s),
    spread: { min: Math.min(...p99s), max: Math.max(...p99s) },
  }
}
