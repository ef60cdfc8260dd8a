import { createHash } from 'node:crypto'
import type { Blob, BlobStore } from '../../ports/blobs.ts'

/** What outlives the process that a simulation kills: hand it to the next one. */
export type BlobState = Map<string, Blob>

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memoryBlobs(state: BlobState = new Map()): BlobStore {
  return {
    async put(tenant, { bytes, mimeType, filename }) {
      const blobId = createHash('sha256').update(bytes).digest('hex')
      const key = JSON.stringify([tenant, blobId])
      if (!state.has(key)) state.set(key, { bytes: new Uint8Array(bytes), mimeType, filename })
      return blobId
    },
    get: async (tenant, blobId) => state.get(JSON.stringify([tenant, blobId])),
  }
}
