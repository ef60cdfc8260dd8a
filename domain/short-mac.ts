import { createHmac, createSecretKey, hash } from 'node:crypto'

/** The first half of an HMAC-SHA-256 of a purpose and parts, with a zero between each two: 22 characters of base64url. */
export type ShortMac = (purpose: string, parts: readonly string[]) => string

/** RFC 2104: the block length of SHA-256, and what the key is combined with. */
const blockBytes = 64
const innerPad = 0x36
const outerPad = 0x5c
/** What is longer is rare enough to go through `createHmac`. */
const roomBytes = 1024

/**
 * As `createHmac` makes them, for a third of its 2.9 us: two hashes, each of bytes that stand in their place already. Two are made for each
 * message that people write, to name their conversation and them.
 */
export function shortMac(secret: Uint8Array): ShortMac {
  const key = createSecretKey(secret)
  const inner = padded(secret, innerPad, blockBytes + roomBytes)
  const outer = padded(secret, outerPad, blockBytes + 32)
  // A view is dearer to make than to keep, and there are no more than lengths.
  const views = new Array<Buffer | undefined>(inner.length + 1).fill(undefined)

  return (purpose, parts) => {
    const end = written(inner, purpose, parts)
    if (end === 0) {
      const mac = createHmac('sha256', key).update([purpose, ...parts].join('\0'))
      return firstHalf(mac.digest('base64url'))
    }
    const view = views[end] ?? inner.subarray(0, end)
    views[end] = view
    // As text and back: bytes would be a Buffer each time, which costs more.
    outer.write(hash('sha256', view, 'hex'), blockBytes, 'hex')
    return firstHalf(hash('sha256', outer, 'base64url'))
  }
}

function padded(secret: Uint8Array, pad: number, length: number): Buffer {
  const key = secret.length > blockBytes ? hash('sha256', secret, 'buffer') : secret
  const block = Buffer.alloc(length)
  for (let at = 0; at < blockBytes; at++) block[at] = (key[at] ?? 0) ^ pad
  return block
}

/** Where it ends; 0 for what is no ASCII, or too long. */
function written(bytes: Buffer, purpose: string, parts: readonly string[]): number {
  let length = purpose.length + parts.length
  for (const { length: each } of parts) length += each
  if (length > roomBytes) return 0
  let at = blockBytes
  let seen = 0
  for (let nth = -1; nth < parts.length; nth++) {
    const part = parts[nth] ?? purpose
    if (nth >= 0) bytes[at++] = 0
    for (let index = 0; index < part.length; index++) {
      const code = part.charCodeAt(index)
      seen |= code
      bytes[at++] = code
    }
  }
  return seen < 0x80 ? at : 0
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The last of 22 characters stands for two bits of the sixteenth byte; alone it has zeros behind these. */
const last = new Map([...alphabet].map((each, bits) => [each, alphabet[bits & 0b110000] ?? each]))

/** The base64url of the first 16 of 32 bytes, out of that of all of them. */
function firstHalf(base64url: string): string {
  const end = base64url[21] ?? ''
  return base64url.slice(0, 21) + (last.get(end) ?? end)
}
