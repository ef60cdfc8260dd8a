// biome-ignore lint/suspicious/noExplicitAny: answers are compared as plain data.
type Any = any

/** What two answers to the same question may differ in: what is minted for each. */
const minted = new Set(['submissionId', 'position', 'secret'])

/** One form for both: Timestamps as RFC 3339, JSON text as JSON, empty lists and objects as absent. */
export function plainAnswer(value: Any): Any {
  if (Array.isArray(value)) return value.map(plainAnswer)
  if (typeof value !== 'object' || value === null) return value
  if ('seconds' in value || ('nanos' in value && Object.keys(value).length === 1)) {
    return new Date((value.seconds ?? 0) * 1_000 + (value.nanos ?? 0) / 1e6).toISOString()
  }
  const fields = Object.entries(value)
    .filter(([name]) => !minted.has(name))
    .map(
      ([name, field]) =>
        [
          name,
          name === 'data' && typeof field === 'string' ? JSON.parse(field) : plainAnswer(field),
        ] as const,
    )
    .filter(([, field]) => !isEmpty(field))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields)
}

/** proto3 does not tell an empty list, a false or a zero from an absent one. */
function isEmpty(field: Any): boolean {
  if (field === undefined || field === null || field === false || field === 0 || field === '')
    return true
  return typeof field === 'object' && Object.keys(field).length === 0
}
