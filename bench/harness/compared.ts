import type { Spread } from './figure.ts'
import { median } from './median.ts'

export interface Compared {
  /** Medians of the rounds. */
  readonly ours: number
  readonly bare: number
  /** Median of the rounds' own ratios, ours over bare: each compares two runs that stood side by side. */
  readonly ratio: number
  readonly spread: Spread
}

/** What one side did in each round over what another did. */
export function compared(ours: readonly number[], bare: readonly number[]): Compared {
  const ratios = ours.map((rate, round) => rate / (bare[round] ?? Number.NaN))
  return {
    ours: median(ours),
    bare: median(bare),
    ratio: median(ratios),
    spread: { min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}
