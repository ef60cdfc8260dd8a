/**
 * JSON with sorted keys, without what is undefined: equal requests give equal text, however
 * their fields were ordered (RFC 8785 in spirit; numbers are as JSON.stringify writes them).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`

  let text = '{'
  const fields = Object.entries(value)
  if (fields.length > 1) fields.sort(byName)
  for (const [name, field] of fields) {
    if (field === undefined) continue
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(field)}`
  }
  return `${text}}`
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  // By UTF-16 code units, never by locale: every gateway must sort alike.
  return left < right ? -1 : 1
}
