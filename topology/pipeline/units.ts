/** Whole numbers with a unit, as pipeline.yaml writes them. Each reads to undefined what has not its form. */

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const bytes: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
}

/** `15m` to milliseconds. */
export const durationOf = (text: string): number | undefined => scaled(text, milliseconds)

/** `32MiB` to bytes. */
export const sizeOf = (text: string): number | undefined => scaled(text, bytes)

export interface Range {
  readonly min: number
  readonly max: number
}

/** `500ms..1m` to milliseconds. */
export function rangeOf(text: string): Range | undefined {
  const [first = '', last = '', ...rest] = text.split('..')
  const min = durationOf(first)
  const max = durationOf(last)
  return rest.length > 0 || min === undefined || max === undefined ? undefined : { min, max }
}

/** Milliseconds in the largest unit that writes them exactly. */
export function durationText(value: number): string {
  const units = Object.entries(milliseconds).reverse()
  const [unit, factor] = units.find(([, size]) => value % size === 0) ?? ['ms', 1]
  return `${value / factor}${unit}`
}

function scaled(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, count = '', unit = ''] = /^(\d+)([A-Za-z]+)$/.exec(text.trim()) ?? []
  const factor = units[unit]
  if (factor === undefined) return undefined
  const value = Number(count) * factor
  return Number.isSafeInteger(value) ? value : undefined
}
