/** CRC-32C (Castagnoli), the checksum of record batches. node:zlib has only CRC-32. Sixteen bytes a step (slicing by 16). */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff
  let at = start
  const whole = end - 15
  while (at < whole) {
    const low =
      crc ^
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24))
    crc =
      entry(15, low & 0xff) ^
      entry(14, (low >>> 8) & 0xff) ^
      entry(13, (low >>> 16) & 0xff) ^
      entry(12, low >>> 24) ^
      entry(11, bytes[at + 4] ?? 0) ^
      entry(10, bytes[at + 5] ?? 0) ^
      entry(9, bytes[at + 6] ?? 0) ^
      entry(8, bytes[at + 7] ?? 0) ^
      entry(7, bytes[at + 8] ?? 0) ^
      entry(6, bytes[at + 9] ?? 0) ^
      entry(5, bytes[at + 10] ?? 0) ^
      entry(4, bytes[at + 11] ?? 0) ^
      entry(3, bytes[at + 12] ?? 0) ^
      entry(2, bytes[at + 13] ?? 0) ^
      entry(1, bytes[at + 14] ?? 0) ^
      entry(0, bytes[at + 15] ?? 0)
    at += 16
  }
  for (; at < end; at++) crc = entry(0, (crc ^ (bytes[at] ?? 0)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Sixteen tables of 256, one behind another. */
const table = new Int32Array(16 * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  table[byte] = crc
}
for (let byte = 0; byte < 256; byte++) {
  let crc = entry(0, byte)
  for (let slice = 1; slice < 16; slice++) {
    crc = entry(0, crc & 0xff) ^ (crc >>> 8)
    table[slice * 256 + byte] = crc
  }
}

function entry(slice: number, byte: number): number {
  return table[slice * 256 + byte] ?? 0
}
