import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { openS3, type S3Settings } from '../../../storage/adapters/s3/open-s3.ts'

/** A bucket that a test may use: it keeps to a prefix of its own. */
export interface TestBucket {
  readonly settings: S3Settings
  readonly bucket: string
}

export const noS3 = 'C4A_TEST_S3 names no bucket: this suite was left out'

/** The bucket of C4A_TEST_S3, as `http://access:secret@host:port/bucket`. Undefined where it names none. */
export async function testBucket(): Promise<TestBucket | undefined> {
  const given = process.env['C4A_TEST_S3']
  if (!given) return undefined
  const { origin, username, password, pathname } = new URL(given)
  const settings: S3Settings = {
    endpoint: origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: decodeURIComponent(username),
      secretAccessKey: decodeURIComponent(password),
    },
  }
  const bucket = pathname.slice(1)
  const client = openS3(settings)
  await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.name.startsWith('BucketAlready')) throw error
  })
  client.destroy()
  return { settings, bucket }
}
