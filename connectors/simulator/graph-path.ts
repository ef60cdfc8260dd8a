import type { Exchange } from './exchange.ts'

/** `/v23.0/{object}/{edge}`; undefined for a path that the Graph API does not know. */
export function graphPath(
  path: string,
): { readonly object: string; readonly edge: string | null } | undefined {
  const found = /^\/v(\d+)\.\d+\/([\w.-]+)(?:\/(\w+))?$/.exec(path)
  // Older versions have ended (changelog of the Graph API).
  if (!found?.[2] || Number(found[1]) < 20) return undefined
  return { object: found[2], edge: found[3] ?? null }
}

export function bearerOf({ headers, query }: Exchange): string {
  const found = /^(?:Bearer|OAuth) (.+)$/i.exec(headers.authorization ?? '')
  return found?.[1] ?? query.get('access_token') ?? ''
}
