import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { memoryUploadLocker } from '../../../storage/adapters/memory/upload-locker.ts'
import { s3Blobs } from '../../../storage/adapters/s3/blobs.ts'
import { openS3 } from '../../../storage/adapters/s3/open-s3.ts'
import { s3Uploads } from '../../../storage/adapters/s3/uploads.ts'
import { uploadsSuite } from '../../conformance/uploads.ts'
import { noS3, testBucket } from './test-bucket.ts'

const found = await testBucket()

if (!found) {
  test('uploads in S3', { skip: noS3 }, () => {})
} else {
  const { settings, bucket } = found
  uploadsSuite('S3', async (t) => {
    const prefix = `${randomUUID()}/`
    const locker = memoryUploadLocker(5_000)
    const process = () => {
      const client = openS3(settings)
      t.after(() => client.destroy())
      const blobs = s3Blobs(client, { bucket, prefix })
      const options = { bucket, prefix, settings, locker, expireMs: 60_000 }
      return { uploads: s3Uploads(client, options), blobs }
    }
    return [process(), process()]
  })
}
