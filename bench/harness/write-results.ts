import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, verdictOf } from './figure.ts'
import type { Machine } from './machine.ts'
import { markdownTable } from './table.ts'

interface Run {
  readonly quick: boolean
  readonly at: Date
  readonly profile: 'embedded' | 'cluster'
  /** Before all was measured. */
  readonly stopped: boolean
}

/**
 * Writes `<date>-<commit>.json` and `latest.md` into bench/results, or `cluster.json` and `cluster.md`; answers the
 * first one's path.
 */
export function writeResults(figures: readonly Figure[], machine: Machine, run: Run): string {
  const { quick, at, profile } = run
  const folder = join(import.meta.dirname, '..', 'results')
  mkdirSync(folder, { recursive: true })
  const isCluster = profile === 'cluster'
  const name = isCluster ? 'cluster' : `${at.toISOString().slice(0, 10)}-${machine.commit}`
  const file = join(folder, `${name}.json`)
  const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }))
  writeFileSync(
    file,
    `${JSON.stringify({ at: at.toISOString(), quick, machine, figures: judged }, null, 2)}\n`,
  )
  writeFileSync(join(folder, isCluster ? 'cluster.md' : 'latest.md'), page(figures, machine, run))
  return file
}

function page(
  figures: readonly Figure[],
  machine: Machine,
  { quick, at, profile, stopped }: Run,
): string {
  const { processors, memoryGb, kernel, node, commit, pinned, load } = machine
  const isCluster = profile === 'cluster'
  return `# Bench of ${isCluster ? 'the cluster profile, ' : ''}${at.toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}

${processors}, ${memoryGb} GB, ${kernel}, Node ${node}; load before the run ${load}${quick ? '; **a quick run**' : ''}${stopped ? '; **stopped before its end**' : ''}.
${isCluster ? shared : pinned ? pins : noPins}
Ratios are medians of alternating runs against the bare baseline, with the least and largest round beside; they
can be compared between machines. Rates and times cannot.

${markdownTable(figures)}
`
}

const shared =
  'Three brokers, PostgreSQL with two standbys, Redis, the registry, the hub and what loads it shared these processors; nothing was pinned.'
const pins =
  'Servers were pinned to core 0 and generators to core 1 (P1 to P4, P12, P20 to P22); the whole hub of P13 and P14 was not.'
const noPins = 'Nothing was pinned: there is no taskset here, or one core only.'
