import { createHash } from 'node:crypto'

/** A file that someone gave to a platform. */
export interface StoredMedia {
  readonly id: string
  readonly bytes: Uint8Array
  /** What the platform says; that of `bytes`, unless a fault has it otherwise. */
  readonly sizeBytes: number
  readonly mimeType: string
  readonly filename: string
  /** Lowercase hex. */
  readonly sha256: string
}

export interface Media {
  put(bytes: Uint8Array, mimeType: string, filename: string): StoredMedia
  get(id: string): StoredMedia | undefined
  /** From now on the file counts as one of this size. */
  pretend(id: string, sizeBytes: number): void
  delete(id: string): boolean
}

/** Files in memory, the oldest forgotten when there are more than `maxBytes` of them. */
export function media(newId: () => string, maxBytes = 256 * 1024 * 1024): Media {
  const kept = new Map<string, StoredMedia>()
  let size = 0

  function forget(id: string): boolean {
    const found = kept.get(id)
    if (!found) return false
    size -= found.bytes.length
    return kept.delete(id)
  }

  return {
    put(bytes, mimeType, filename) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const stored = {
        ...{ id: newId(), bytes, mimeType, filename, sha256 },
        sizeBytes: bytes.length,
      }
      kept.set(stored.id, stored)
      size += bytes.length
      for (const id of kept.keys()) {
        if (size <= maxBytes || id === stored.id) break
        forget(id)
      }
      return stored
    },
    get: (id) => kept.get(id),
    pretend(id, sizeBytes) {
      const found = kept.get(id)
      if (found) kept.set(id, { ...found, sizeBytes })
    },
    delete: forget,
  }
}
