import { createHash } from 'node:crypto'

/** A file that someone gave to a platform. */
export interface StoredMedia {
  readonly id: string
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly filename: string
  /** Lowercase hex. */
  readonly sha256: string
}

export interface Media {
  put(bytes: Uint8Array, mimeType: string, filename: string): StoredMedia
  get(id: string): StoredMedia | undefined
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
      const stored = { id: newId(), bytes, mimeType, filename, sha256 }
      kept.set(stored.id, stored)
      size += bytes.length
      for (const id of kept.keys()) {
        if (size <= maxBytes || id === stored.id) break
        forget(id)
      }
      return stored
    },
    get: (id) => kept.get(id),
    delete: forget,
  }
}
