import type { Operations } from '../operations/operations.ts'
import type { GrpcCalls } from './grpc-calls.ts'
import { toProto } from './proto-values.ts'
import type { CallHandler } from './wire/wire-server.ts'

const service = 'chat4all.v1.BlobService'

/** What is about blobs; their bytes go over REST. */
export function blobService(
  { checks, blobs }: Operations,
  { unary }: GrpcCalls,
): Readonly<Record<string, CallHandler>> {
  return {
    GetBlob: unary(`${service}/GetBlob`, 'blobs:read', async ({ blobId }, { caller }) =>
      toProto(await blobs.about(textOf(blobId), caller)),
    ),

    DeleteBlob: unary(`${service}/DeleteBlob`, 'blobs:delete', async ({ blobId }, { caller }) =>
      toProto(await blobs.delete(textOf(blobId), caller)),
    ),

    LinkBlob: unary(
      `${service}/LinkBlob`,
      'blobs:read',
      async ({ blobId, ...request }, { caller }) => {
        const { seconds } = checks.blobLink(request)
        return toProto(await blobs.link(textOf(blobId), seconds, caller))
      },
    ),
  }
}

/** An id that was not sent is one that nothing has. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
