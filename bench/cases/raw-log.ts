import { open, readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

const frameHead = 8

/** The bare log that ours is held against: one growing file, a frame per record, nothing else. */
export interface RawLog {
  /** One `writev` and one `fdatasync`. */
  append(values: readonly Uint8Array[]): Promise<void>
  close(): Promise<void>
}

export async function rawLog(path: string): Promise<RawLog> {
  const file = await open(path, 'w')
  return {
    async append(values) {
      await file.writev(values)
      await file.datasync()
    },
    close: () => file.close(),
  }
}

/** Length, CRC-32, bytes. */
export function rawFrame(value: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(frameHead + value.byteLength)
  frame.writeUInt32LE(value.byteLength, 0)
  frame.writeUInt32LE(crc32(value), 4)
  frame.set(value, frameHead)
  return frame
}

/** Reads a file of raw frames from the start and checks each; answers how many there are. */
export async function replayRaw(path: string): Promise<number> {
  const bytes = await readFile(path)
  let count = 0
  for (let at = 0; at < bytes.byteLength; count++) {
    const end = at + frameHead + bytes.readUInt32LE(at)
    if (crc32(bytes.subarray(at + frameHead, end)) !== bytes.readUInt32LE(at + 4)) {
      throw new Error(`frame ${count} is damaged`)
    }
    at = end
  }
  return count
}
