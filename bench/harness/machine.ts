import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, totalmem, version } from 'node:os'
import { join } from 'node:path'
import { canPin } from './pin.ts'

/** Where figures were taken: absolute ones mean little without it. */
export interface Machine {
  readonly processors: string
  readonly memoryGb: number
  readonly kernel: string
  readonly node: string
  readonly commit: string
  readonly pinned: boolean
  /** Of the last minute, before the run: much above 0 means that others were at work. */
  readonly load: number
}

export function machine(): Machine {
  return {
    processors: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: version(),
    node: process.version,
    commit: commit(),
    pinned: canPin,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

/** The short hash, marked where files differ from it; `unknown` outside a checkout. */
function commit(): string {
  const cwd = join(import.meta.dirname, '..', '..')
  const git = (...args: string[]) => spawnSync('git', args, { cwd, encoding: 'utf8' }).stdout ?? ''
  const hash = git('rev-parse', '--short', 'HEAD').trim()
  if (hash === '') return 'unknown'
  return git('status', '--porcelain', '-uno').trim() === '' ? hash : `${hash}-dirty`
}
