import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { BlobStore } from '../../ports/blobs.ts'
import { blobObject } from './blob-object.ts'
import type { BucketSettings } from './bucket-settings.ts'
import { s3Error } from './s3-error.ts'

/**
 * Blobs in a bucket: `<prefix><hash of the tenant>/<first two digits>/<id>`, with what they are as the
 * object's metadata. The id is the SHA-256 of the bytes, in hex; the tenant is hashed too, so no name that
 * came from outside is part of a key. What is put is as durable as the bucket when `put` resolves.
 *
 * Throws C4A_STORE_UNREACHABLE when the bucket does not answer or lets us not in, C4A_STORE_CORRUPT for
 * bytes that are not what their id says, C4A_TOO_LARGE for a name that no object can carry.
 */
export function s3Blobs(client: S3Client, settings: BucketSettings): BlobStore {
  const { bucket } = settings
  type Place = ReturnType<typeof blobObject.place>

  /** A HEAD has no body to tell a key that is missing from a bucket that is: a PUT or GET will. */
  async function head(place: Place): Promise<HeadObjectCommandOutput | undefined> {
    try {
      return await client.send(new HeadObjectCommand(place))
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw s3Error(error, bucket)
    }
  }

  async function object(tenant: string, blobId: string, range?: string) {
    if (!isBlobId(blobId)) return undefined
    try {
      const place = blobObject.place(settings, tenant, blobId)
      return await client.send(new GetObjectCommand({ ...place, ...(range && { Range: range }) }))
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw s3Error(error, bucket)
    }
  }

  return {
    async put(tenant, { bytes, mimeType, filename }) {
      const hash = hashOf(bytes)
      const blobId = hash.toString('hex')
      const place = blobObject.place(settings, tenant, blobId)
      const metadata = blobObject.metadata({ mimeType, filename }, blobId)
      if (await head(place)) return blobId
      try {
        const command = new PutObjectCommand({
          ...place,
          Body: bytes,
          Metadata: metadata,
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
      const answer = await object(tenant, blobId)
      if (answer === undefined) return undefined
      try {
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0)
        if (hashOf(bytes).toString('hex') !== blobId) throw blobObject.corrupt(blobId)
        return { bytes, ...blobObject.kind(answer.Metadata, blobId) }
      } catch (error) {
        throw error instanceof Chat4AllError ? error : s3Error(error, bucket)
      }
    },

    async about(tenant, blobId) {
      if (!isBlobId(blobId)) return undefined
      const found = await head(blobObject.place(settings, tenant, blobId))
      if (found === undefined) return undefined
      return { sizeBytes: found.ContentLength ?? 0, ...blobObject.kind(found.Metadata, blobId) }
    },

    async read(tenant, blobId, range) {
      const answer = await object(tenant, blobId, range && `bytes=${range.first}-${range.last}`)
      if (answer === undefined) return undefined
      return answer.Body instanceof Readable ? answer.Body : Readable.from([])
    },

    async delete(tenant, blobId) {
      if (!isBlobId(blobId)) return false
      const place = blobObject.place(settings, tenant, blobId)
      // S3 does not say whether there was something to delete.
      if ((await head(place)) === undefined) return false
      try {
        await client.send(new DeleteObjectCommand(place))
      } catch (error) {
        throw s3Error(error, bucket)
      }
      return true
    },
  }
}

const isBlobId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Another put of the same bytes came first. */
const isMetAnother = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412
