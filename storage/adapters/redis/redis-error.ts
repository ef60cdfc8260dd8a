import type { Redis } from 'ioredis'
import { Chat4AllError } from '../../../topology/contract/errors.ts'

/**
 * Whatever a command ended with, as something that waiting may cure: nothing that Redis refuses is a
 * fault of the record at hand, and a wrong password or a full memory is mended at the server. The
 * driver's own error is not kept as the cause: it holds the command with its arguments, a password among them.
 */
export function redisError(error: unknown, { options }: Redis): Chat4AllError {
  const said = error instanceof Error ? error.message.replace(/\.$/, '') : 'no reason given'
  // What ioredis says of a command that waited for a connection in vain.
  const why = said.startsWith('Reached the max retries') ? 'no connection can be made' : said
  return new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: `Redis at ${options.host}:${options.port} does not answer`,
      why,
      todo: 'It is tried again; see that the server is up, has memory left and lets us in',
    },
    { cause: new Error(said) },
  )
}
