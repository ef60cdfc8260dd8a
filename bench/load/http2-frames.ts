// As much of HTTP/2 (RFC 9113) and HPACK (RFC 7541) as a load generator needs.

export const kinds = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const

export const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const

export interface Frame {
  readonly kind: number
  readonly flag: number
  readonly stream: number
  readonly payload: Buffer
}

const headBytes = 9

export function frame(kind: number, flag: number, stream: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = kind
  bytes[4] = flag
  bytes.writeUInt32BE(stream, 5)
  payload.copy(bytes, headBytes)
  return bytes
}

/** Cuts what a connection receives into frames, however its packets fall. */
export function frames(take: (frame: Frame) => void): (chunk: Buffer) => void {
  let left: Buffer | null = null
  return (chunk) => {
    const bytes: Buffer = left ? Buffer.concat([left, chunk]) : chunk
    let at = 0
    while (at + headBytes <= bytes.length) {
      const end = at + headBytes + bytes.readUIntBE(at, 3)
      if (end > bytes.length) break
      take({
        kind: bytes[at + 3] ?? 0,
        flag: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
        payload: bytes.subarray(at + headBytes, end),
      })
      at = end
    }
    left = at < bytes.length ? bytes.subarray(at) : null
  }
}

/** A header block of literals that nobody indexes, so that it is the same bytes on every stream. */
export function literals(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => [
    Buffer.from([0]),
    lengthOf(name),
    Buffer.from(name),
    lengthOf(value),
    Buffer.from(value),
  ])
  return Buffer.concat(parts)
}

/** An HPACK integer of seven bits, without Huffman; our texts are ASCII. */
function lengthOf(text: string): Buffer {
  if (text.length < 127) return Buffer.from([text.length])
  const rest = text.length - 127
  return rest < 128 ? Buffer.from([127, rest]) : Buffer.from([127, (rest & 0x7f) | 0x80, rest >> 7])
}
