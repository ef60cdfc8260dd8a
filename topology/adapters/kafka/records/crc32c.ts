import { crc32c as checksum } from '@node-rs/crc32'

/** CRC-32C (Castagnoli), the checksum of record batches, by the processor's own instruction. node:zlib has only CRC-32. */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  return checksum(bytes.subarray(start, end))
}
