import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { Blob, BlobStore } from '../../ports/blobs.ts'
import { s3Error } from './s3-error.ts'

export interface BucketSettings {
  readonly bucket: string
  /** Stands before every key, as it is; empty unless told otherwise. */
  readonly prefix?: string
}

/** S3 takes 2 KB of metadata, names included. */
const maxAboutBytes = 1_900

/**
 * Blobs in a bucket: `<prefix><hash of the tenant>/<first two digits>/<id>`, with what they are as the
 * object's metadata. The id is the SHA-256 of the bytes, in hex; the tenant is hashed too, so no name that
 * came from outside is part of a key. What is put is as durable as the bucket when `put` resolves.
 *
 * Throws C4A_STORE_UNREACHABLE when the bucket does not answer or lets us not in, C4A_STORE_CORRUPT for
 * bytes that are not what their id says, C4A_TOO_LARGE for a name that no object can carry.
 */
export function s3Blobs(client: S3Client, { bucket, prefix = '' }: BucketSettings): BlobStore {
  const placeOf = (tenant: string, blobId: string) => ({
    Bucket: bucket,
    Key: `${prefix}${hashOf(Buffer.from(tenant)).toString('hex')}/${blobId.slice(0, 2)}/${blobId}`,
  })

  async function exists(place: { readonly Bucket: string; readonly Key: string }) {
    try {
      await client.send(new HeadObjectCommand(place))
      return true
    } catch (error) {
      // A HEAD has no body to tell a key that is missing from a bucket that is: the PUT will.
      if (error instanceof NotFound) return false
      throw s3Error(error, bucket)
    }
  }

  return {
    async put(tenant, { bytes, mimeType, filename }) {
      const hash = hashOf(bytes)
      const blobId = hash.toString('hex')
      const place = placeOf(tenant, blobId)
      const about = Buffer.from(JSON.stringify({ mimeType, filename })).toString('base64url')
      if (about.length > maxAboutBytes) throw tooLong(blobId)
      if (await exists(place)) return blobId
      try {
        const command = new PutObjectCommand({
          ...place,
          Body: bytes,
          Metadata: { about },
          ChecksumSHA256: hash.toString('base64'),
          IfNoneMatch: '*', // the first of several at once gives the blob its name
        })
        await client.send(command)
      } catch (error) {
        if (!isMetAnother(error)) throw s3Error(error, bucket)
      }
      return blobId
    },

    async get(tenant, blobId) {
      if (!/^[0-9a-f]{64}$/.test(blobId)) return undefined
      try {
        const answer = await client.send(new GetObjectCommand(placeOf(tenant, blobId)))
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0)
        return blobOf(bytes, answer.Metadata?.['about'], blobId)
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error instanceof Chat4AllError ? error : s3Error(error, bucket)
      }
    },
  }
}

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Another put of the same bytes came first. */
const isMetAnother = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412

function blobOf(bytes: Uint8Array, about: string | undefined, blobId: string): Blob {
  if (hashOf(bytes).toString('hex') !== blobId) throw corrupt(blobId)
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(about ?? '', 'base64url').toString())
  } catch {
    throw corrupt(blobId)
  }
  const { mimeType, filename } = (read ?? {}) as { mimeType?: unknown; filename?: unknown } // narrowed next
  if (typeof mimeType !== 'string' || typeof filename !== 'string') throw corrupt(blobId)
  return { bytes, mimeType, filename }
}

const corrupt = (blobId: string): Chat4AllError =>
  new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `Blob ${blobId} is damaged`,
    why: 'its object does not hold what was put',
    todo: 'Restore the object from a backup or an older version',
  })

const tooLong = (blobId: string): Chat4AllError =>
  new Chat4AllError('C4A_TOO_LARGE', {
    what: `The name and type of blob ${blobId} are too long`,
    why: 'an object carries 2 KB of metadata at most',
    todo: 'Give it a shorter filename',
  })
