import type { BlobStore } from '../../storage/ports/blobs.ts'
import { keptWhenMade } from '../../topology/contract/kept-when-made.ts'

/** A store that is opened when it is first asked for something; where that fails, the next question tries again. */
export function blobsWhenUsed(open: () => Promise<BlobStore>): BlobStore {
  const store = keptWhenMade(open)
  return {
    put: async (tenant, blob) => (await store()).put(tenant, blob),
    get: async (tenant, blobId) => (await store()).get(tenant, blobId),
    about: async (tenant, blobId) => (await store()).about(tenant, blobId),
    read: async (tenant, blobId, range) => (await store()).read(tenant, blobId, range),
    delete: async (tenant, blobId) => (await store()).delete(tenant, blobId),
  }
}
