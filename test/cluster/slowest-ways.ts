import type { PhaseOutcome, SlowMessage } from './phases.ts'

/** A phase whose slowest message took less needs no explanation: the target is 15 s. */
const worthTellingMs = 10_000
const told = 3

/** The slowest messages of each slow phase and when each step of their way was, as sentences. */
export function slowestWays(phases: readonly PhaseOutcome[]): readonly string[] {
  return phases
    .filter(({ slowestMs }) => slowestMs >= worthTellingMs)
    .flatMap(({ name, slowest }) => [`${name}:`, ...slowest.slice(0, told).map(wayOf)])
}

function wayOf({ messageId, phone, askedMs, acceptedMs, arrivedMs, facts }: SlowMessage): string {
  const [firstMs = acceptedMs] = askedMs
  const steps = [
    ...askedMs.slice(1).map((ms) => [ms, 'asked again'] as const),
    [acceptedMs, 'accepted'] as const,
    [arrivedMs, 'on the phone'] as const,
    ...facts.map(({ kind, reason, attempt, atMs }) => {
      const why = reason === undefined ? '' : ` (${reason})`
      return [atMs, attempt > 1 ? `${kind}${why}, attempt ${attempt}` : `${kind}${why}`] as const
    }),
  ].sort(([a], [b]) => a - b)
  const way = steps.map(([ms, what]) => `${((ms - firstMs) / 1_000).toFixed(1)} s ${what}`)
  return `  ${messageId} to ${phone}, asked at ${new Date(firstMs).toISOString()}: ${way.join(', ')}`
}
