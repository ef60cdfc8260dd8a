import type { HttpAnswer } from '../contract.ts'
import { fieldsOf, listOf, numberOf } from '../loose-json.ts'
import { retryAfterMs } from '../retry-after.ts'

/**
 * How long Meta asks us to wait, in milliseconds; undefined where it says nothing. `Retry-After` counts seconds,
 * `X-Business-Use-Case-Usage` holds minutes per business: `{"<id>": [{"estimated_time_to_regain_access": 5}]}`.
 */
export function metaRetryHint({ headers }: HttpAnswer): number | undefined {
  const { 'x-business-use-case-usage': usage = '' } = headers
  const waitMs = Math.max(retryAfterMs(headers) ?? 0, regainMs(usage))
  return waitMs > 0 ? waitMs : undefined
}

function regainMs(usage: string): number {
  let parsed: unknown
  try {
    parsed = JSON.parse(usage)
  } catch {
    return 0 // a hint that cannot be read is no hint
  }
  const minutes = Object.values(fieldsOf<string>(parsed))
    .flatMap(listOf)
    .map(
      (each) =>
        numberOf(
          fieldsOf<'estimated_time_to_regain_access'>(each).estimated_time_to_regain_access,
        ) ?? 0,
    )
  return Math.max(0, ...minutes) * 60_000
}
