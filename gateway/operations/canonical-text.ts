/**
 * Text that is equal for equal values, however their fields were ordered; a field that is undefined is none.
 * Fields are put in the order of their names and all is written by one JSON.stringify, which is twice
 * as fast as putting the text together here.
 */
export function canonicalText(value: unknown): string {
  return JSON.stringify(ordered(value))
}

/** Objects become lists of names and values; a mark keeps them apart from lists. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return ['list', ...value.map(ordered)]
  const names = Object.keys(value)
  if (!isOrdered(names)) names.sort(byUnits)
  const list: unknown[] = ['object']
  for (const name of names) {
    const field = (value as Readonly<Record<string, unknown>>)[name]
    if (field !== undefined) list.push(name, ordered(field))
  }
  return list
}

/** By UTF-16 code units, never by locale: every gateway must sort alike. */
function byUnits(left: string, right: string): number {
  return left < right ? -1 : 1
}

function isOrdered(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] ?? '') > (names[i] ?? '')) return false
  }
  return true
}
