import { distance } from 'fastest-levenshtein'

/** The candidate that was most likely meant: at most a third of the letters differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const apart = slips(word.toLowerCase(), candidate.toLowerCase())
    if (apart >= bestDistance) continue
    best = candidate
    bestDistance = apart
  }
  return best
}

const letters = (word: string) => [...word].sort((a, b) => (a < b ? -1 : 1)).join('')

/** Two letters that changed places are one slip of the hand, not two. */
function slips(one: string, other: string): number {
  const apart = distance(one, other)
  return apart === 2 && letters(one) === letters(other) ? 1 : apart
}
