import type { IncomingHttpHeaders } from 'node:http2'

/** The text of a header, as Node joins it; undefined where there is none. */
export function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
