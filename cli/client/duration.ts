import { InvalidArgumentError } from 'commander'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `500ms`, `30s`, `5m`, `1h` in milliseconds; for commander. */
export function duration(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(count) * (units[unit] ?? Number.NaN)
  // Timers count in 32 bits.
  if (ms > 0 && ms < 2 ** 31) return ms
  throw new InvalidArgumentError('Give a number and a unit, such as 500ms, 30s or 5m.')
}
