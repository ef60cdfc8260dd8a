import { Chat4AllError } from '../../../topology/contract/errors.ts'

/**
 * What a request to S3 ended with, as something that waiting may cure: the bucket may be made, the right
 * given, the server come back. The SDK's own error is not kept as the cause: beside the answer it may hold
 * the signed request and the access key.
 */
export function s3Error(error: unknown, bucket: string): Chat4AllError {
  const said = reasonOf(error)
  return new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: `The bucket ${bucket} does not answer`,
      why: said,
      todo: 'See that the server is up, the bucket exists and its key may read and write there',
    },
    { cause: new Error(said) },
  )
}

/** A name from S3's list of errors or a socket's code; the message of neither, which may quote what was sent. */
function reasonOf(error: unknown): string {
  const status = statusOf(error)
  const name = codeOf(error) ?? (error instanceof Error ? error.name : 'no reason given')
  return status === undefined ? name : `${name} (HTTP ${status})`
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

/** The HTTP status of the answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: unknown } // narrowed next
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined
}
