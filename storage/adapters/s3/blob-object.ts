import { createHash } from 'node:crypto'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { BlobKind } from '../../ports/blobs.ts'
import type { BucketSettings } from './bucket-settings.ts'

/** S3 takes 2 KB of metadata, names included. */
const maxAboutBytes = 1_900

/** A blob as an object: what a request that is about it says. */
export const blobObject = {
  place({ bucket, prefix = '' }: BucketSettings, tenant: string, blobId: string) {
    const tenantHash = createHash('sha256').update(tenant).digest('hex')
    return { Bucket: bucket, Key: `${prefix}${tenantHash}/${blobId.slice(0, 2)}/${blobId}` }
  },

  /** Throws C4A_TOO_LARGE for a name that no object can carry. */
  metadata({ mimeType, filename }: BlobKind, blobId: string): { readonly about: string } {
    const about = Buffer.from(JSON.stringify({ mimeType, filename })).toString('base64url')
    if (about.length > maxAboutBytes) throw tooLong(blobId)
    return { about }
  },

  /** Throws C4A_STORE_CORRUPT. */
  kind(metadata: Readonly<Record<string, string>> | undefined, blobId: string): BlobKind {
    let read: unknown
    try {
      read = JSON.parse(Buffer.from(metadata?.['about'] ?? '', 'base64url').toString())
    } catch {
      throw blobObject.corrupt(blobId)
    }
    const { mimeType, filename } = (read ?? {}) as { mimeType?: unknown; filename?: unknown } // narrowed next
    if (typeof mimeType !== 'string' || typeof filename !== 'string')
      throw blobObject.corrupt(blobId)
    return { mimeType, filename }
  },

  corrupt: (blobId: string): Chat4AllError =>
    new Chat4AllError('C4A_STORE_CORRUPT', {
      what: `Blob ${blobId} is damaged`,
      why: 'its object does not hold what was put',
      todo: 'Restore the object from a backup or an older version',
    }),
} as const

const tooLong = (blobId: string): Chat4AllError =>
  new Chat4AllError('C4A_TOO_LARGE', {
    what: `The name of blob ${blobId} is too long`,
    why: 'an object carries 2 KB of metadata at most',
    todo: 'Give it a shorter filename',
  })
