import type { IncomingMessage } from 'node:http'

const path = '/v1/in-app/socket'

/** Whether a request that offers an upgrade is meant for the sockets of people. */
export function isSocketRequest({ url = '', headers }: IncomingMessage): boolean {
  const isThere = url === path || url.startsWith(`${path}?`)
  return isThere && headers.upgrade?.toLowerCase() === 'websocket'
}
