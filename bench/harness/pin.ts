import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * What to put before a command so that it runs on one core: the server on core 0, whoever loads it on
 * core 1, as the study behind the targets had it. Nothing where there is no taskset or only one core.
 */
export function pinnedTo(core: 0 | 1 | null): readonly string[] {
  return core === null || !canPin ? [] : ['taskset', '-c', String(core)]
}

export const canPin =
  availableParallelism() >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0
