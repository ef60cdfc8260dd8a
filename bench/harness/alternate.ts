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

/**
 * Runs both sides in turn, A B B A A B ..., and compares round by round, so that whatever slows the
 * machine for a while slows both. One round before the first only warms up.
 */
export async function alternate(
  rounds: number,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
  onRound: (round: number, ours: number, bare: number) => void = () => {},
): Promise<Compared> {
  const pairs: { readonly ours: number; readonly bare: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const first = round % 2 === 0 ? await ours() : null
    const other = await bare()
    const pair = { ours: first ?? (await ours()), bare: other }
    if (round === 0) continue
    pairs.push(pair)
    onRound(round, pair.ours, pair.bare)
  }
  const ratios = pairs.map((pair) => pair.ours / pair.bare)
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    bare: median(pairs.map((pair) => pair.bare)),
    ratio: median(ratios),
    spread: { min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}
