import { writeUtf8 } from '../contract/write-utf8.ts'

/**
 * The partition of a key, as Kafka's Java client has it (BuiltInPartitioner, KIP-794): murmur2 over the
 * UTF-8 bytes, its sign bit cleared, modulo the number of partitions. So a topic moved to Kafka keeps its order.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2OfText(key) & 0x7fffffff) % partitions
}

/** Where keys are written to be looked at: a character of a text costs several times a byte. */
const room = Buffer.alloc(1024)

/** Kafka's variant of murmur2 (Utils.murmur2): seed 0x9747b28c, answer a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
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

function murmur2OfText(text: string): number {
  if (3 * text.length > room.length) return murmur2(new TextEncoder().encode(text))
  return murmur2(room, writeUtf8(room, 0, text))
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
