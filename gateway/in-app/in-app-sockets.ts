import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { errorCodes } from '../../topology/contract/errors.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { asChat4AllError, problemOf } from '../rest/problem.ts'
import { requestIdOf } from '../rest/request-trace.ts'
import { PersonSocket, type SocketTools } from './person-socket.ts'

const subprotocol = 'chat4all.v1'
/** For those who hang up without an answer to our goodbye. */
const goodbyeMs = 1_000

interface Parts extends SocketTools {
  readonly clock: Clock
  readonly pingMs: number
}

/** People's sockets. */
export interface InAppSockets {
  /** After the streams have ended, and so said goodbye: cuts those who do not answer it. */
  close(): Promise<void>
}

/** Serves sockets beside what the server does already. Frames larger than `maxFrameBytes` end the socket. */
export function inAppSockets(server: Server, parts: Parts): InAppSockets {
  const { clock, pingMs } = parts
  const sockets = new Set<PersonSocket>()
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: 256 * 1024,
    // Deflate holds some 300 KB for each socket: https://github.com/websockets/ws#websocket-compression
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  })

  const beat = () => {
    for (const socket of sockets) socket.beat()
    cancelBeat = clock.after(pingMs, beat)
  }
  let cancelBeat = clock.after(pingMs, beat)

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    // Whoever hangs up during the handshake must not end the process.
    const ignored = () => {}
    connection.on('error', ignored)
    try {
      const { searchParams } = new URL(request.url ?? '', 'http://hub')
      const person = parts.operations.bearer(tokenOf(request))
      wss.handleUpgrade(request, connection, head, (ws: WebSocket) => {
        connection.off('error', ignored)
        const after = searchParams.get('after') ?? 'start'
        const socket = new PersonSocket(ws, connection, person, after, parts)
        sockets.add(socket)
        ws.once('close', () => sockets.delete(socket))
      })
    } catch (error) {
      const known = asChat4AllError(error)
      const problem = problemOf(known, requestIdOf(request))
      refuse(connection, errorCodes[known.code].status, JSON.stringify(problem))
    }
  })

  return {
    async close() {
      cancelBeat()
      const gone = new AbortController()
      const all = [...sockets].map((socket) => socket.closed)
      void Promise.all(all).then(() => gone.abort())
      await clock.sleep(goodbyeMs, gone.signal)
      for (const socket of sockets) socket.cut()
    },
  }
}

/**
 * From the header, or where a browser cannot set one from the list of subprotocols, as `bearer.<token>`. Never from the
 * address, which proxies write down.
 */
function tokenOf({ headers }: IncomingMessage): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (token !== undefined) return token
  const offered = headers['sec-websocket-protocol']?.split(',') ?? []
  const prefix = 'bearer.'
  return (
    offered
      .map((each) => each.trim())
      .find((each) => each.startsWith(prefix))
      ?.slice(prefix.length) ?? ''
  )
}

function refuse(connection: Duplex, status: number, body = ''): void {
  connection.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
