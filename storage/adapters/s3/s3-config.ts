import type { S3ClientConfig } from '@aws-sdk/client-s3'

export interface S3Settings {
  /** AWS itself when absent. */
  readonly endpoint?: string
  readonly region: string
  /** Buckets as a part of the path and not of the host's name, which most servers but AWS ask for. */
  readonly forcePathStyle?: boolean
  /** From the environment, as the SDK finds them, when absent. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** How long a request may take, in milliseconds; 30,000 unless told otherwise. */
  readonly timeoutMs?: number
}

/** How every client of ours speaks to S3. A request that fails is tried once more: a failover hides behind that. */
export function s3Config({ timeoutMs = 30_000, ...settings }: S3Settings): S3ClientConfig {
  return {
    ...settings,
    maxAttempts: 2,
    // The server checks the bytes against the SHA-256 that a blob's id is; a second sum of every body
    // would cost more than all the rest, and is not known to every server.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(timeoutMs, 3_000),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  }
}
