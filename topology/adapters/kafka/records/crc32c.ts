/** CRC-32C (Castagnoli), the checksum of record batches. node:zlib has only CRC-32. Eight bytes a step (slicing by 8). */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff
  let at = start
  const whole = end - 7
  while (at < whole) {
    const low =
      crc ^
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24))
    crc =
      entry(7, low & 0xff) ^
      entry(6, (low >>> 8) & 0xff) ^
      entry(5, (low >>> 16) & 0xff) ^
      entry(4, low >>> 24) ^
      entry(3, bytes[at + 4] ?? 0) ^
      entry(2, bytes[at + 5] ?? 0) ^
      entry(1, bytes[at + 6] ?? 0) ^
      entry(0, bytes[at + 7] ?? 0)
    at += 8
  }
  for (; at < end; at++) crc = entry(0, (crc ^ (bytes[at] ?? 0)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Eight tables of 256, one behind another. */
const table = new Int32Array(8 * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  table[byte] = crc
}
for (let byte = 0; byte < 256; byte++) {
  let crc = entry(0, byte)
  for (let slice = 1; slice < 8; slice++) {
    crc = entry(0, crc & 0xff) ^ (crc >>> 8)
    table[slice * 256 + byte] = crc
  }
}

function entry(slice: number, byte: number): number {
  return table[slice * 256 + byte] ?? 0
}
