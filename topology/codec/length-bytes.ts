/** How many bytes an Avro length takes: seven bits a byte, one of them the sign's. */
export function lengthBytes(length: number): number {
  if (length < 0x40) return 1
  if (length < 0x2000) return 2
  if (length < 0x100000) return 3
  return length < 0x8000000 ? 4 : 5
}
