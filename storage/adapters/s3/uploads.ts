import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  NoSuchKey,
  NoSuchUpload,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Locker } from '@tus/utils'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { Uploads } from '../../ports/uploads.ts'
import { readEnding } from '../../read-ending.ts'
import { blobObject } from './blob-object.ts'
import type { BucketSettings } from './bucket-settings.ts'
import { InOrderS3Store } from './in-order-s3-store.ts'
import { type S3Settings, s3Config } from './s3-config.ts'
import { s3Error } from './s3-error.ts'

export interface S3UploadsOptions extends BucketSettings {
  readonly settings: S3Settings
  readonly locker: Locker
  /** Later than so long after it was begun an upload is not gone on with, in milliseconds. */
  readonly expireMs: number
}

/** A server-side copy of 2 GiB is one request. */
const copyMs = 10 * 60_000

/**
 * Uploads in the bucket that blobs are in, `<prefix>uploads/<hash of the tenant>/<upload>`: while they grow a multipart upload and the
 * tus store's own objects `.info` and `.part`, when they are whole an object; `.ended` says how they ended.
 */
export function s3Uploads(client: S3Client, options: S3UploadsOptions): Uploads {
  const { bucket, prefix = '', settings, locker, expireMs } = options
  const config = { ...s3Config(settings), requestHandler: client.config.requestHandler }
  const root = `${prefix}uploads/`

  async function asking<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof Chat4AllError ? error : s3Error(error, bucket)
    }
  }

  async function exists(place: { readonly Bucket: string; readonly Key: string }) {
    try {
      await client.send(new HeadObjectCommand(place))
      return true
    } catch (error) {
      if (error instanceof NotFound) return false
      throw error
    }
  }

  async function deleteKeys(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += 1_000) {
      const Objects = keys.slice(at, at + 1_000).map((Key) => ({ Key }))
      await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
    }
  }

  /** The multipart uploads below ours that were begun before the instant, by key. */
  async function abortMultipart(beforeMs: number): Promise<string[]> {
    const aborted: string[] = []
    let answer: ListMultipartUploadsCommandOutput | undefined
    do {
      answer = await client.send(
        new ListMultipartUploadsCommand({
          Bucket: bucket,
          Prefix: root,
          KeyMarker: answer?.NextKeyMarker,
          UploadIdMarker: answer?.NextUploadIdMarker,
        }),
      )
      for (const { Key, UploadId, Initiated } of answer.Uploads ?? []) {
        if (!Key?.startsWith(root) || !Initiated || Initiated.getTime() >= beforeMs) continue
        await client
          .send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
          .catch((error: unknown) => {
            // Another process was quicker.
            if (!(error instanceof NoSuchUpload)) throw error
          })
        aborted.push(Key)
      }
    } while (answer.IsTruncated)
    return aborted
  }

  return {
    store: new InOrderS3Store({ config, bucket, expireMs }),
    locker,

    idOf: (tenant, uploadId) =>
      `${root}${createHash('sha256').update(tenant).digest('hex')}/${uploadId}`,

    read: (id) =>
      asking(async () => {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: id }))
        return answer.Body instanceof Readable ? answer.Body : Readable.from([])
      }),

    keep: (id, tenant, blobId, kind) =>
      asking(async () => {
        const place = blobObject.place(options, tenant, blobId)
        const metadata = blobObject.metadata(kind, blobId)
        if (await exists(place)) return
        await client.send(
          new CopyObjectCommand({
            ...place,
            CopySource: `${bucket}/${id.split('/').map(encodeURIComponent).join('/')}`,
            MetadataDirective: 'REPLACE',
            Metadata: metadata,
          }),
          { requestTimeout: copyMs },
        )
      }),

    end: (id, ending) =>
      asking(async () => {
        const place = { Bucket: bucket, Key: `${id}.ended` }
        if (!(await exists(place))) {
          await client.send(new PutObjectCommand({ ...place, Body: JSON.stringify(ending) }))
        }
        await deleteKeys([id, `${id}.info`, `${id}.part`])
      }),

    ending: (id) =>
      asking(async () => {
        try {
          const place = { Bucket: bucket, Key: `${id}.ended` }
          const answer = await client.send(new GetObjectCommand(place))
          return readEnding((await answer.Body?.transformToString()) ?? '')
        } catch (error) {
          if (error instanceof NoSuchKey) return undefined
          throw error
        }
      }),

    sweep: (beforeMs) =>
      asking(async () => {
        // First what is still being written, so that nothing is added to what is then listed.
        const aborted = await abortMultipart(beforeMs)
        const keys: string[] = []
        for await (const page of paginateListObjectsV2(
          { client },
          { Bucket: bucket, Prefix: root },
        )) {
          for (const { Key, LastModified } of page.Contents ?? []) {
            if (Key && LastModified && LastModified.getTime() < beforeMs) keys.push(Key)
          }
        }
        await deleteKeys(keys)
        return new Set([...aborted, ...keys].map((key) => key.replace(/\.\w+$/, ''))).size
      }),
  }
}
