import type { Place } from './fault.ts'

/**
 * The line of a place with one line before and after, numbered, and a caret below what is meant.
 * `paint` colours the caret.
 */
export function codeFrame(
  text: string,
  place: Place,
  paint: (caret: string) => string = (caret) => caret,
): string {
  const lines = text.split('\n')
  const first = Math.max(place.line - 1, 1)
  const last = Math.min(place.line + 1, lines.length)
  const digits = String(last).length
  const shown: string[] = []
  for (let number = first; number <= last; number++) {
    const line = (lines[number - 1] ?? '').replace(/\r$/, '')
    const mark = number === place.line ? '>' : ' '
    shown.push(`${mark} ${String(number).padStart(digits)} | ${line}`.trimEnd())
    if (number !== place.line) continue
    const length = Math.min(place.to - place.from, line.length - place.column + 1)
    const caret = '^'.repeat(Math.max(length, 1))
    // Tabs before the caret stay tabs, so that it stands where the eye looks for it.
    const indent = line.slice(0, place.column - 1).replaceAll(/[^\t]/g, ' ')
    shown.push(`  ${' '.repeat(digits)} | ${indent}${paint(caret)}`)
  }
  return shown.join('\n')
}
