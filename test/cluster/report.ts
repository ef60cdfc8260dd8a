import type { PhaseOutcome } from './phases.ts'

/** The phases as a table in Markdown, as it stands in docs/reliability.md. */
export function report(phases: readonly PhaseOutcome[]): string {
  const head = [
    'what is done',
    'accepted',
    'on phones',
    'lost',
    'inversions',
    'copies (explained / not)',
    'median',
    'slowest',
    'longest without a 202',
    'what clients saw',
  ]
  const rows = phases.map((each) => [
    each.name,
    String(each.accepted),
    String(each.arrived),
    String(each.lost),
    String(each.inversions),
    `${each.explainedCopies} / ${each.unexplainedCopies}`,
    seconds(each.medianMs),
    seconds(each.slowestMs),
    seconds(each.longestSilenceMs),
    Object.entries(each.repeated)
      .map(([cause, count]) => `${count} × ${cause}`)
      .join(', ') || 'nothing',
  ])
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(ms < 1_000 ? 2 : 1)} s`
