import type { GatewaySettings } from '../settings.ts'

/**
 * Whether the description of the API (document, page, reflection) needs no key. Whoever reaches a
 * loopback listener is on this machine, where it lies in the sources anyway.
 */
export function docsAreOpen({
  host,
  openDocs,
}: Pick<GatewaySettings, 'host' | 'openDocs'>): boolean {
  return openDocs || host === 'localhost' || host === '::1' || host.startsWith('127.')
}
