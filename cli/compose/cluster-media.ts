import type { Redis } from 'ioredis'
import type { ClusterSettings } from '../cluster-settings.ts'
import type { Settings } from '../settings.ts'
import { blobsWhenUsed } from './blobs-when-used.ts'
import type { Closers } from './closers.ts'
import type { Servers } from './servers.ts'

/**
 * Attachments in the cluster's bucket. S3's client is a tenth of all code that a stage loads, and most stages never see
 * an attachment: so it is loaded at its first use, or where a gateway asks for the uploads.
 */
export function clusterMedia(
  cluster: ClusterSettings,
  settings: Settings,
  redis: Redis,
  closers: Closers,
): Pick<Servers, 'blobs' | 'uploads'> {
  const place = { bucket: cluster.s3Bucket, prefix: cluster.s3Prefix }
  const open = async () => {
    const { openS3 } = await import('../../storage/adapters/s3/open-s3.ts')
    return openS3(bucketOf(cluster))
  }
  let opened: ReturnType<typeof open> | undefined
  // Registered now: what is registered later is closed earlier, and those who use it would still be at work.
  closers.add(async () => (await opened)?.destroy())
  const client = () => {
    opened ??= open()
    return opened
  }
  return {
    blobs: blobsWhenUsed(async () => {
      const { s3Blobs } = await import('../../storage/adapters/s3/blobs.ts')
      return s3Blobs(await client(), place)
    }),
    async uploads() {
      const { s3Uploads } = await import('../../storage/adapters/s3/uploads.ts')
      const { redisUploadLocker } = await import('../../storage/adapters/redis/upload-locker.ts')
      return s3Uploads(await client(), {
        ...place,
        settings: bucketOf(cluster),
        locker: redisUploadLocker(redis),
        expireMs: settings.uploadHours * 3_600_000,
      })
    },
  }
}

function bucketOf({ s3Url, s3Region, s3AccessKeyId, s3SecretAccessKey }: ClusterSettings) {
  return {
    region: s3Region,
    ...(s3Url !== '' && { endpoint: s3Url, forcePathStyle: true }),
    ...(s3AccessKeyId !== '' && {
      credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
    }),
  }
}
