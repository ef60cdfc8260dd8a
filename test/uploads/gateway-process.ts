import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { folderBlobs } from '../../storage/adapters/folder/blobs.ts'
import { folderUploads } from '../../storage/adapters/folder/uploads.ts'
import { memoryUploadLocker } from '../../storage/adapters/memory/upload-locker.ts'
import { openRedis } from '../../storage/adapters/redis/open-redis.ts'
import { redisUploadLocker } from '../../storage/adapters/redis/upload-locker.ts'
import { s3Blobs } from '../../storage/adapters/s3/blobs.ts'
import { openS3 } from '../../storage/adapters/s3/open-s3.ts'
import { s3Uploads } from '../../storage/adapters/s3/uploads.ts'
import { openGateway } from '../gateway/open-gateway.ts'
import { testBucket } from '../storage/s3/test-bucket.ts'

/**
 * A gateway as a process of its own, to be killed: `gateway-process.ts <folder> <port> [<prefix> <redis>]`. Uploads and blobs are in
 * the folder, as the embedded profile has them, or below the prefix in the bucket of C4A_TEST_S3 with locks in Redis, as a cluster has
 * them, and found again by the next one; the log, which no upload asks, is in memory.
 */
const [folder = '', port = '0', prefix, redisUrl] = process.argv.slice(2)
const expireMs = 3_600_000
const stores =
  prefix === undefined || redisUrl === undefined ? await inFolder() : await inS3(prefix, redisUrl)
// It ends by being killed: nothing is put away.
const t = { after: () => {} } as unknown as TestContext
const { gateway } = await openGateway(t, {
  settings: { httpPort: Number(port) },
  tools: () => stores,
})
process.send?.(gateway.httpPort)

async function inFolder() {
  const blobsRoot = join(folder, 'blobs')
  const root = join(folder, 'uploads')
  const uploads = await folderUploads({ root, blobsRoot, locker: memoryUploadLocker(), expireMs })
  return { blobs: folderBlobs(blobsRoot), uploads }
}

async function inS3(under: string, url: string) {
  const found = await testBucket()
  if (!found) throw new Error('C4A_TEST_S3 names no bucket')
  const { bucket, settings } = found
  const client = openS3(settings)
  const locker = redisUploadLocker(openRedis({ url }))
  const place = { bucket, prefix: under }
  return {
    blobs: s3Blobs(client, place),
    uploads: s3Uploads(client, { ...place, settings, locker, expireMs }),
  }
}
