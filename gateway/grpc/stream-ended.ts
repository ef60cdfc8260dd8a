import { Chat4AllError, type ErrorCode } from '../../topology/contract/errors.ts'
import type { StreamEnd } from '../open-streams.ts'

type Ending = Exclude<StreamEnd<'revoked'>, 'left'>

const sentences: Readonly<Record<Ending, readonly [ErrorCode, string]>> = {
  shutdown: ['C4A_UNAVAILABLE', 'the hub is stopping'],
  stalled: ['C4A_TOO_MANY_REQUESTS', 'its reader took nothing for too long'],
  revoked: ['C4A_UNAUTHENTICATED', 'its key was revoked'],
  failed: ['C4A_UNAVAILABLE', 'the log cannot be read now'],
}

/** What a stream's reader is told when we end it. */
export function streamEnded(end: Ending): Chat4AllError {
  const [code, why] = sentences[end]
  const todo = 'Open it again from the last cursor: nothing is missed'
  return new Chat4AllError(code, { what: 'The stream has ended', why, todo })
}
