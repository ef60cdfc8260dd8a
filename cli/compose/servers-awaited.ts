import type pino from 'pino'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { retrying } from '../../topology/runner/backoff.ts'
import type { ClusterSettings } from '../cluster-settings.ts'

const awaited = ['C4A_BROKER_UNREACHABLE', 'C4A_REGISTRY_UNREACHABLE'] as const

/** Does again what servers of a cluster did not answer to, for as long as a start may take: they may be starting as well. */
export function serversAwaited<Result>(
  attempt: () => Promise<Result>,
  { startWaitMs }: Pick<ClusterSettings, 'startWaitMs'>,
  log: Pick<pino.Logger, 'warn'>,
): Promise<Result> {
  const untilMs = systemClock.now() + startWaitMs
  return retrying(attempt, {
    clock: systemClock,
    random: Math.random,
    signal: new AbortController().signal,
    policy: { minBackoffMs: 500, maxBackoffMs: 5_000 },
    again: (error) => awaited.some((code) => isCode(error, code)) && systemClock.now() < untilMs,
    onFailure: (error) => log.warn({ err: error }, 'cannot start yet'),
  })
}
