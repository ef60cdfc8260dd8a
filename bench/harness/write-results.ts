import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, verdictOf } from './figure.ts'
import type { Machine } from './machine.ts'
import { markdownTable } from './table.ts'

/** Writes `<date>-<commit>.json` and `latest.md` into bench/results; answers the first one's path. */
export function writeResults(
  figures: readonly Figure[],
  machine: Machine,
  { quick, at }: { readonly quick: boolean; readonly at: Date },
): string {
  const folder = join(import.meta.dirname, '..', 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${at.toISOString().slice(0, 10)}-${machine.commit}.json`)
  const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }))
  writeFileSync(
    file,
    `${JSON.stringify({ at: at.toISOString(), quick, machine, figures: judged }, null, 2)}\n`,
  )
  writeFileSync(join(folder, 'latest.md'), page(figures, machine, quick, at))
  return file
}

function page(figures: readonly Figure[], machine: Machine, quick: boolean, at: Date): string {
  const { processors, memoryGb, kernel, node, commit, pinned, load } = machine
  return `# Bench of ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}

${processors}, ${memoryGb} GB, ${kernel}, Node ${node}; load before the run ${load}${quick ? '; **a quick run**' : ''}.
${pinned ? 'Servers were pinned to core 0 and generators to core 1 (P1 to P4, P12); the whole hub of P13 and P14 was not.' : 'Nothing was pinned: there is no taskset here, or one core only.'}
Ratios are medians of alternating runs against the bare baseline, with the least and largest round beside; they
can be compared between machines. Rates and times cannot.

${markdownTable(figures)}
`
}
