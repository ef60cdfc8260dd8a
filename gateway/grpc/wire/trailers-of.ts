import type { OutgoingHttpHeaders } from 'node:http2'
import type { CallStatus } from './call-status.ts'

/** The trailers that say how a call ended (gRPC over HTTP2, "Responses"). */
export function trailersOf({ code, details, metadata = {} }: CallStatus): OutgoingHttpHeaders {
  const trailers: OutgoingHttpHeaders = { 'grpc-status': code }
  if (details !== '') trailers['grpc-message'] = percentEncoded(details)
  for (const [name, value] of Object.entries(metadata)) {
    trailers[name] = typeof value === 'string' ? value : Buffer.from(value).toString('base64')
  }
  return trailers
}

/** Printable ASCII but `%` stands for itself; every other byte of the UTF-8 text is `%XX`. */
function percentEncoded(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += plain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}
