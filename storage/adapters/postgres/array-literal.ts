type Cell = string | number | boolean | null

/**
 * A column of a batch as one PostgreSQL array literal (manual 8.15.2), for `unnest($1::type[])`. One
 * string crosses to the database faster than a thousand values. PostgreSQL's text cannot hold NUL: it
 * becomes U+FFFD, lest one odd character stop a whole batch.
 */
export function arrayLiteral<Row>(rows: readonly Row[], of: (row: Row) => Cell): string {
  let text = '{'
  let comma = ''
  for (const row of rows) {
    const cell = of(row)
    text += comma + (typeof cell === 'string' ? quoted(cell) : cell === null ? 'NULL' : cell)
    comma = ','
  }
  return `${text}}`
}

const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD')

/** jsonb holds neither NUL nor half a surrogate pair: JSON writes them (and no others) as these escapes. */
export const jsonLiteral = (value: unknown): string =>
  JSON.stringify(value).replace(
    /(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/g,
    // an escaped backslash is skipped as a pair, so that the u0000 behind it stays text
    (_, backslash: string | undefined) => backslash ?? '\uFFFD',
  )

const special = /["\\\0]/

function quoted(text: string): string {
  if (!special.test(text)) return `"${text}"`
  return `"${withoutNul(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
