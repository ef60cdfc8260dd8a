import { gunzipSync, inflateSync } from 'node:zlib'
import type { CallStatus } from './call-status.ts'
import { status } from './status.ts'

const inflaters = new Map([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
])

/**
 * A message as it was before it was compressed, or why there is none. At once and on this thread:
 * messages of a stream keep their order, and none may inflate beyond `maxBytes`.
 */
export function inflated(
  message: Uint8Array,
  encoding: string,
  maxBytes: number,
): Buffer | CallStatus {
  const inflate = inflaters.get(encoding)
  if (inflate === undefined) {
    return {
      code: encoding === 'identity' ? status.INTERNAL : status.UNIMPLEMENTED,
      details: `A message is marked as compressed, and 'grpc-encoding' is '${encoding}': use one of gzip, deflate`,
      metadata: { 'grpc-accept-encoding': 'identity,deflate,gzip' },
    }
  }
  try {
    return inflate(message, { maxOutputLength: maxBytes })
  } catch (error) {
    // ERR_BUFFER_TOO_LARGE is Node's word for an output beyond maxOutputLength.
    return error instanceof RangeError
      ? { code: status.RESOURCE_EXHAUSTED, details: `A message inflates beyond ${maxBytes} bytes` }
      : { code: status.INTERNAL, details: `A message is not ${encoding} as it says` }
  }
}
