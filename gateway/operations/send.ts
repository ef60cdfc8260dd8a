import { Chat4AllError, isCode } from '../../topology/contract/errors.ts'
import type { Position } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import type { PositionTokens } from './position-token.ts'
import type { Preparer } from './preparer.ts'
import type { SendLimit } from './send-limit.ts'
import type { SendRequest } from './send-request.ts'
import type { MintedIds } from './submitted-records.ts'

/** The answer to a send that the log holds. */
export interface Accepted {
  readonly messageId: string
  readonly submissionId: string
  readonly conversationId: string
  readonly status: 'accepted'
  readonly position: string
}

/** The ids stand in the failure, too: an append that failed may have happened, so repeat with this messageId. */
export type SendResult =
  | { readonly ok: true; readonly answer: Accepted }
  | { readonly ok: false; readonly error: Chat4AllError; readonly ids: MintedIds }

export type Send = (
  request: SendRequest,
  caller: Caller,
  traceparent: string,
) => Promise<SendResult>

/**
 * Accepts one message: resolves when its record is on stable storage. Requests that arrive together
 * share a commit, because the broker gathers appends. Throws what `Preparer.draft` and the limit throw.
 */
export function sendOperation(
  broker: GatewayTools['broker'],
  preparer: Preparer,
  positions: PositionTokens,
  limit: SendLimit,
): Send {
  return (request, caller, traceparent) => {
    limit(caller, 1)
    const draft = preparer.draft(request, preparer.acceptance(caller, traceparent))
    const { ids } = draft
    return broker.append(preparer.records([draft])).then(
      ([position]) => ({ ok: true, answer: acceptedAs(ids, position, positions) }),
      (cause: unknown) => ({ ok: false, error: notAppended(cause), ids }),
    )
  }
}

export function acceptedAs(
  { messageId, submissionId, conversationId }: MintedIds,
  position: Position | undefined,
  positions: PositionTokens,
): Accepted {
  if (position === undefined) throw new Error('the broker gave fewer positions than records')
  return {
    messageId,
    submissionId,
    conversationId,
    status: 'accepted',
    position: positions.write(position),
  }
}

/** Whatever the log's trouble is, the caller may try again; only size is the caller's own to mend. */
export function notAppended(cause: unknown): Chat4AllError {
  if (isCode(cause, 'C4A_RECORD_TOO_LARGE')) {
    return new Chat4AllError(
      'C4A_TOO_LARGE',
      {
        what: 'The message is too large',
        why: 'the log takes no record of this size',
        todo: 'Upload what is big with POST /v1/blobs and send its blobId',
      },
      { cause },
    )
  }
  return new Chat4AllError(
    'C4A_UNAVAILABLE',
    {
      what: 'The message may not have been stored',
      why: 'the log did not confirm it',
      todo: 'Send the same request again with this messageId: it is delivered once',
    },
    { cause },
  )
}
