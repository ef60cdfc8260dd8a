/**
 * 53 bits of a string: fast, well spread, not for secrets. (cyrb53: two 32-bit multiply-xor streams
 * with a final mix.)
 */
export function hashOf(text: string, seed = 0): number {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}

/**
 * A number in [0, 1) that depends on the seed and the key alone. Nothing is drawn from a stream, so
 * what happens to one request does not depend on which other requests came before it.
 */
export function chance(seed: number, key: string): number {
  return hashOf(key, seed) / 0x20000000000000
}
