import type { Unit } from './figure.ts'

/** A figure as people read it: three digits that matter, thousands set apart. */
export function formatted(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '-'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: unit === 'x' ? digits : 0,
    maximumFractionDigits: digits,
  })
  return unit === 'x' || unit === '/s' ? `${text}${unit}` : `${text} ${unit}`
}
