import { setTimeout as wait } from 'node:timers/promises'
import type { Plan } from '../plan.ts'
import type { Site } from '../site.ts'
import { lastLines } from './last-lines.ts'

/** On a machine that does other things as well. */
const boundMs = 120_000
const probeBoundMs = 3_000

/** Asks once; what the server says of itself. */
export function probe(
  site: Site,
  plan: Plan,
  server: string,
  signal?: AbortSignal,
): Promise<string> {
  const bound = AbortSignal.timeout(probeBoundMs)
  const either = signal ? AbortSignal.any([signal, bound]) : bound
  return site.service(plan).probe(plan, server, either)
}

/** Resolves with what the server says of itself as soon as it serves. */
export async function ready(
  site: Site,
  plan: Plan,
  server: string,
  signal: AbortSignal,
): Promise<string> {
  const process = site.process(plan, server)
  const giveUpAtMs = Date.now() + boundMs
  for (;;) {
    const { state } = process
    const tail = () => `the end of its log:\n${lastLines(process.logFile, 20)}`
    if (state === 'gone') throw new Error(`${server} ended by itself; ${tail()}`)
    if (state === 'paused') throw new Error(`${server} is paused: resume it`)
    try {
      return await probe(site, plan, server, signal)
    } catch (error) {
      signal.throwIfAborted()
      const why = error instanceof Error ? error.message : String(error)
      if (Date.now() > giveUpAtMs) {
        throw new Error(`${server} does not serve after ${boundMs / 1000} s (${why}); ${tail()}`)
      }
    }
    await wait(150, undefined, { signal })
  }
}
