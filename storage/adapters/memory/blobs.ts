import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Blob, BlobStore } from '../../ports/blobs.ts'

/** What outlives the process that a simulation kills: hand it to the next one. */
export type BlobState = Map<string, Blob>

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memoryBlobs(state: BlobState = new Map()): BlobStore {
  const find = (tenant: string, blobId: string) => state.get(JSON.stringify([tenant, blobId]))

  return {
    async put(tenant, { bytes, mimeType, filename }) {
      const blobId = createHash('sha256').update(bytes).digest('hex')
      const key = JSON.stringify([tenant, blobId])
      if (!state.has(key)) state.set(key, { bytes: new Uint8Array(bytes), mimeType, filename })
      return blobId
    },
    get: async (tenant, blobId) => find(tenant, blobId),
    async about(tenant, blobId) {
      const blob = find(tenant, blobId)
      if (!blob) return undefined
      const { bytes, mimeType, filename } = blob
      return { sizeBytes: bytes.length, mimeType, filename }
    },
    async read(tenant, blobId, range) {
      const bytes = find(tenant, blobId)?.bytes
      if (!bytes) return undefined
      return Readable.from([range ? bytes.slice(range.first, range.last + 1) : bytes])
    },
    delete: async (tenant, blobId) => state.delete(JSON.stringify([tenant, blobId])),
  }
}
