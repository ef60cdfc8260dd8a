import type { Exchange } from './exchange.ts'

/**
 * Keeps web pages from other places away from the control API, which asks for no key. The Host header
 * must be ours, or a name that a page's owner points at 127.0.0.1 would make that page same-origin
 * (DNS rebinding); a change must be JSON from our own origin, or any page could post a form here.
 * Answers the refusal, null when the request may go on.
 */
export function guard(
  { method, headers }: Exchange,
  allowedHosts: readonly string[],
): string | null {
  const host = headers.host ?? ''
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const own = ['127.0.0.1', 'localhost', '[::1]', ...allowedHosts]
  if (!own.includes(name)) return 'the Host header names another host'

  const { origin } = headers
  if (origin !== undefined && origin !== `http://${host}`) return 'the Origin is another one'
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'the request comes from another site'
  }
  if (method === 'GET' || method === 'HEAD') return null
  const type = headers['content-type'] ?? ''
  return /^application\/json\b/i.test(type) ? null : 'a change must be application/json'
}
