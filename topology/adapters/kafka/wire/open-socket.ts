import { createConnection, isIP, type Socket } from 'node:net'
import { connect } from 'node:tls'
import type { ISocketFactoryArgs } from 'kafkajs'

const keepAliveMs = 60_000
/** What was read is copied to its place at once (`mendReading`), so all sockets read into the same room. */
const room = Buffer.allocUnsafeSlow(256 * 1024)

/**
 * As kafkajs opens sockets, but for what they read into: Node takes 64 KiB outside of V8's heap for each piece that comes, and V8
 * collects all of its garbage after each 64 MB of them.
 */
export function openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
  const socket = ssl
    ? connect({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
    : createConnection({ host, port, onread: { buffer: room, callback: tell } }, onConnect)
  socket.setKeepAlive(true, keepAliveMs)
  return socket

  /** As a stream tells it, which is no part of this way of reading. */
  function tell(length: number, bytes: Uint8Array): boolean {
    socket.emit('data', Buffer.from(bytes.buffer, bytes.byteOffset, length))
    return true
  }
}
