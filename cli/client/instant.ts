import { InvalidArgumentError } from 'commander'
import { duration } from './duration.ts'

/** `2027-01-01T08:00:00-03:00`, or `30m` from now, as RFC 3339; for commander. What has no zone is refused: nobody could tell whose it is. */
export function instant(text: string): string {
  if (/^\d+(\.\d+)?(ms|s|m|h)$/.test(text)) {
    return new Date(Date.now() + duration(text)).toISOString()
  }
  const at = /(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new InvalidArgumentError(
    'Give an instant such as 2027-01-01T08:00:00-03:00, or a time from now such as 30m.',
  )
}
