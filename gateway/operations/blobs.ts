import type { Blob } from '../../storage/ports/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'

/** What is known of stored bytes. */
export interface BlobJson {
  readonly blobId: string
  readonly sizeBytes: number
  readonly mimeType: string
  readonly filename: string
}

export interface Blobs {
  /** Throws C4A_BAD_REQUEST for no bytes at all. */
  put(blob: Blob, caller: Caller): Promise<BlobJson>
  /** Throws C4A_NOT_FOUND. */
  get(blobId: string, caller: Caller): Promise<Blob>
}

export function blobOperations({ blobs }: Pick<GatewayTools, 'blobs'>): Blobs {
  return {
    async put(blob, { tenant }) {
      const { bytes, mimeType, filename } = blob
      if (bytes.length === 0) throw empty()
      const blobId = await blobs.put(tenant, blob)
      return { blobId, sizeBytes: bytes.length, mimeType, filename }
    },

    async get(blobId, { tenant }) {
      const blob = await blobs.get(tenant, blobId)
      if (blob !== undefined) return blob
      throw new Chat4AllError('C4A_NOT_FOUND', {
        what: `No blob '${blobId}' is known`,
        why: 'your tenant never stored one of that id',
        todo: 'Take the blobId from the answer to POST /v1/blobs',
      })
    },
  }
}

function empty(): Chat4AllError {
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'There is nothing to store',
    why: 'the body is empty',
    todo: 'Send the bytes as the body, with their Content-Type',
  })
}
