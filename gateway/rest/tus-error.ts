import { Chat4AllError, type ErrorCode } from '../../topology/contract/errors.ts'

/** What the tus server says by a status alone, in our words. Its statuses stay, for its clients go by them. */
const byStatus: Readonly<Record<number, readonly [ErrorCode, string, string, string]>> = {
  400: [
    'C4A_BAD_REQUEST',
    'The upload request is not valid',
    'a header of the tus protocol is missing or wrong',
    'See https://tus.io/protocols/resumable-upload',
  ],
  403: [
    'C4A_BAD_REQUEST',
    'The upload request is not valid',
    'it names no Upload-Offset, or its Content-Type is not application/offset+octet-stream',
    'See https://tus.io/protocols/resumable-upload',
  ],
  404: [
    'C4A_NOT_FOUND',
    'No such upload is known',
    'your tenant never began it, or it is over',
    'Begin one with POST /v1/uploads',
  ],
  409: [
    'C4A_CONFLICT',
    'The piece does not go on where the upload is',
    'its Upload-Offset is another',
    'Ask with HEAD how much has arrived, and go on there',
  ],
  412: [
    'C4A_PROTOCOL_VERSION',
    'The request does not say which tus it speaks',
    'the header Tus-Resumable is missing or is not 1.0.0',
    "Send 'Tus-Resumable: 1.0.0'",
  ],
  413: [
    'C4A_TOO_LARGE',
    'The upload is too large',
    'it is longer than is taken, or than was stated at its beginning',
    'OPTIONS /v1/uploads tells the limit as Tus-Max-Size',
  ],
  423: [
    'C4A_UPLOAD_BUSY',
    'The upload is being written to',
    'another request of the same upload has not let go yet',
    'Ask again in a moment',
  ],
  501: [
    'C4A_BAD_REQUEST',
    'The upload request is not valid',
    'it uses an extension of tus that is not spoken here',
    'OPTIONS /v1/uploads names those that are; the length must be known at the beginning',
  ],
}

/** The statuses of the tus server that mean one of the above. */
const sameAs: Readonly<Record<number, number>> = { 410: 404, 415: 400 }

/** What the tus server or the store below it threw, or answered, as one of our errors. */
export function tusError(thrown: unknown, status = statusOf(thrown)): Chat4AllError {
  if (thrown instanceof Chat4AllError) return thrown
  const said = bodyOf(thrown)
  // A lock that was not had, and a request that was asked to give its own up.
  const busy = /lock/.test(said) ? 423 : status
  const known = byStatus[sameAs[busy] ?? busy]
  if (known) {
    const [code, what, why, todo] = known
    return new Chat4AllError(code, { what, why, todo }, { cause: thrown })
  }
  return new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: 'The upload cannot be written now',
      why: 'its store does not take it',
      todo: 'Ask with HEAD how much has arrived, and go on there',
    },
    { cause: thrown },
  )
}

function statusOf(thrown: unknown): number {
  const { status_code: status } = (thrown ?? {}) as { readonly status_code?: unknown } // narrowed next
  return typeof status === 'number' ? status : 500
}

function bodyOf(thrown: unknown): string {
  const { body } = (thrown ?? {}) as { readonly body?: unknown } // narrowed next
  return typeof body === 'string' ? body : ''
}
