import { S3Client } from '@aws-sdk/client-s3'
import { type S3Settings, s3Config } from './s3-config.ts'

export type { S3Settings }

/** Connects at the first use. */
export function openS3(settings: S3Settings): S3Client {
  return new S3Client(s3Config(settings))
}
