/**
 * The partition of a key, as Kafka's Java client has it (BuiltInPartitioner, KIP-794): murmur2 over the
 * UTF-8 bytes, its sign bit cleared, modulo the number of partitions. So a topic moved to Kafka keeps its order.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2OfText(key) & 0x7fffffff) % partitions
}

/** Kafka's variant of murmur2 (Utils.murmur2): seed 0x9747b28c, answer a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  let hash = seed ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    hash = mix(
      hash,
      at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24),
    )
  }
  let tail = 0
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | at(bytes, i)
  return finish(hash, tail, length - whole)
}

const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** Keys are nearly always ASCII: then the characters are the bytes, and nothing is encoded. */
function murmur2OfText(text: string): number {
  const length = text.length
  let hash = seed ^ length
  const whole = length & ~3
  let seen = 0
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i)
    const b = text.charCodeAt(i + 1)
    const c = text.charCodeAt(i + 2)
    const d = text.charCodeAt(i + 3)
    seen |= a | b | c | d
    hash = mix(hash, a | (b << 8) | (c << 16) | (d << 24))
  }
  let tail = 0
  for (let i = length - 1; i >= whole; i--) {
    const code = text.charCodeAt(i)
    seen |= code
    tail = (tail << 8) | code
  }
  if (seen > 0x7f) return murmur2(new TextEncoder().encode(text))
  return finish(hash, tail, length - whole)
}

function mix(hash: number, four: number): number {
  let k = Math.imul(four, multiplier)
  k ^= k >>> 24
  return Math.imul(hash, multiplier) ^ Math.imul(k, multiplier)
}

function finish(hash: number, tail: number, left: number): number {
  let h = left > 0 ? Math.imul(hash ^ tail, multiplier) : hash
  h = Math.imul(h ^ (h >>> 13), multiplier)
  return (h ^ (h >>> 15)) | 0
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
