import { Chat4AllError, errorCodes } from '../../topology/contract/errors.ts'
import { asChat4AllError, retryAfter } from '../rest/problem.ts'
import type { CallStatus } from './wire/call-status.ts'
import { type Status, status } from './wire/status.ts'

/** By HTTP status; google.rpc.Code names the same pairs. */
const byHttpStatus: Readonly<Record<number, Status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.ABORTED,
  410: status.OUT_OF_RANGE,
  413: status.RESOURCE_EXHAUSTED,
  415: status.INVALID_ARGUMENT,
  416: status.OUT_OF_RANGE,
  422: status.FAILED_PRECONDITION,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
}

/**
 * The same answer as a REST problem: our code, whether repeating may help, and ids where there are
 * any, in the trailing metadata as `c4a-<name>`.
 */
export function grpcError(thrown: unknown, ids: Readonly<Record<string, string>> = {}): CallStatus {
  const error = asChat4AllError(thrown)
  const { status: http, retryable } = errorCodes[error.code]
  const metadata: Record<string, string | Uint8Array> = {
    'c4a-code': error.code,
    'c4a-retryable': String(retryable),
  }
  if (retryable) metadata['retry-after'] = retryAfter(error)
  for (const [name, id] of Object.entries(ids)) {
    const key = `c4a-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    // A client's own id may have any characters; plain metadata takes printable ASCII only.
    if (/^[\x20-\x7e]*$/.test(id)) metadata[key] = id
    else metadata[`${key}-bin`] = Buffer.from(id)
  }
  return { code: byHttpStatus[http] ?? status.INTERNAL, details: error.message, metadata }
}

export const isOurFault = (error: unknown): boolean =>
  !(error instanceof Chat4AllError) || error.code === 'C4A_INTERNAL'
