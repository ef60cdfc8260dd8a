/** Reads bytea's hex form (`\x00ff`); a plain Uint8Array, so that bytes of all adapters compare equal. */
export function bytesOfHex(hex: string): Uint8Array {
  const buffer = Buffer.from(hex.slice(2), 'hex')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
