import pc from 'picocolors'
import { type Figure, type Verdict, verdictOf } from './figure.ts'
import { formatted } from './format.ts'

const columns = ['target', 'what', 'figure', 'min-max', 'floor', 'goal', 'verdict'] as const
const fromRight = new Set([2, 3, 4, 5])

/** The table on the screen, each figure's background on a fainter line below it. */
export function table(figures: readonly Figure[], colours: boolean): string {
  const { bold, dim, green, red, yellow } = pc.createColors(colours)
  const paint: Readonly<Record<Verdict, (text: string) => string>> = {
    'goal met': green,
    holds: yellow,
    'below goal': yellow,
    'below floor': red,
    'FLOOR BROKEN': red,
    reported: dim,
  }
  const rows = figures.map(cells)
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) =>
        fromRight.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
  const body = figures.flatMap((figure, i) => {
    const verdict = verdictOf(figure)
    return [
      line(rows[i] ?? []).replace(new RegExp(`${verdict}\\s*$`), paint[verdict](verdict)),
      dim(`        ${figure.beside}`),
    ]
  })
  return [bold(line(columns)), ...body].join('\n')
}

/** The same as a table in Markdown. */
export function markdownTable(figures: readonly Figure[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row([...columns, 'beside']),
    row([...columns, 'beside'].map(() => '---')),
    ...figures.map((figure) => row([...cells(figure), figure.beside])),
  ].join('\n')
}

function cells(figure: Figure): string[] {
  const { target, what, value, unit, spread, floor, goal, better } = figure
  const bound = (limit: number | undefined) =>
    limit === undefined || !Number.isFinite(limit)
      ? ''
      : `${better === 'higher' ? '>=' : '<='} ${formatted(limit, unit)}`
  return [
    target,
    what,
    formatted(value, unit),
    spread ? `${formatted(spread.min, unit)} - ${formatted(spread.max, unit)}` : '',
    bound(floor),
    bound(goal),
    verdictOf(figure),
  ]
}
