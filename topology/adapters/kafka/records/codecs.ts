import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compressFrameSync, decompressFrameSync } from 'lz4-napi'
import { compressSync, uncompressSync } from 'snappy'

/** The names Kafka's `compression.type` has for them. */
export type CodecName = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface Codec {
  /** What stands in a batch's attributes. */
  readonly id: number
  compress(bytes: Buffer): Buffer
  decompress(bytes: Buffer): Buffer
}

const itself = (bytes: Buffer) => bytes

/** Synchronous, because a batch is a megabyte at most, and a promise a batch would cost its order. */
export const codecs: Readonly<Record<CodecName, Codec>> = {
  none: { id: 0, compress: itself, decompress: itself },
  gzip: { id: 1, compress: (bytes) => gzipSync(bytes), decompress: (bytes) => gunzipSync(bytes) },
  snappy: { id: 2, compress: (bytes) => compressSync(bytes), decompress: unsnapped },
  lz4: { id: 3, compress: (bytes) => compressFrameSync(bytes), decompress: decompressFrameSync },
  zstd: { id: 4, compress: zstdCompressSync, decompress: zstdDecompressSync },
}

/** By the number in a batch's attributes. */
export function codecOf(id: number): Codec | undefined {
  return Object.values(codecs).find((codec) => codec.id === id)
}

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])

/**
 * Java's client cuts snappy into blocks in xerial's framing: a magic, two versions, then length and block in turn.
 * Others write one bare block.
 */
function unsnapped(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 8).equals(xerialMagic)) return asBuffer(uncompressSync(bytes))
  const blocks: Buffer[] = []
  for (let at = 16; at < bytes.length; ) {
    const length = bytes.readInt32BE(at)
    blocks.push(asBuffer(uncompressSync(bytes.subarray(at + 4, at + 4 + length))))
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

function asBuffer(bytes: Buffer | string): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}
