import { distance } from 'fastest-levenshtein'

/** The candidate that was most likely meant: at most a third of the letters differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const apart = distance(word.toLowerCase(), candidate.toLowerCase())
    if (apart >= bestDistance) continue
    best = candidate
    bestDistance = apart
  }
  return best
}
