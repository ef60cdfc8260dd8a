const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
})

const descriptions = {
  400: 'Not valid: bad JSON, a wrong type, an unknown field.',
  401: 'No key, or none that is good.',
  403: "The key's role does not allow it, or the webhook is not the platform's.",
  404: 'Not known to this tenant.',
  409: 'In conflict with what is.',
  410: 'The cursor points before what is kept.',
  413: 'Too large.',
  412: 'Not the version of tus that is spoken here.',
  415: 'Not of a type taken here.',
  416: 'Has no such part.',
  422: 'Understood, and cannot be done.',
  423: 'Another request writes to it; see Retry-After.',
  429: 'Too much at once; see Retry-After.',
  460: 'Not the bytes whose checksum was stated.',
  500: 'Our fault.',
  503: 'Not now; see Retry-After.',
} as const

type Status = keyof typeof descriptions

/** The problem answers of a route, by status; every route can answer 500 and 503. */
export function problems(...statuses: readonly Status[]): Readonly<Record<number, object>> {
  return Object.fromEntries(
    [...statuses, 500 as const, 503 as const].map((status) => [
      status,
      problem(descriptions[status]),
    ]),
  )
}
