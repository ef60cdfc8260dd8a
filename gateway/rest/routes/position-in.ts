import type { IncomingHttpHeaders } from 'node:http'

/** The position that a read is to include, from the query or the header. */
export function positionIn(request: {
  readonly query: { readonly position?: string }
  readonly headers: IncomingHttpHeaders
}): string | undefined {
  const header = request.headers['x-c4a-position']
  return request.query.position ?? (typeof header === 'string' ? header : undefined)
}
