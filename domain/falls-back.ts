import type { Message } from '../schemas/types.ts'

/** After that a channel's failure is final, and nothing is given to another one: the news would be too old. */
const watchMs = 48 * 3_600_000

/** Until when a message may go to another channel. Milliseconds since 1970 UTC. */
export const fallbackEnd = ({ expiresAt, sendAt, acceptedAt }: Message): number =>
  Math.min(expiresAt ?? Number.POSITIVE_INFINITY, (sendAt ?? acceptedAt) + watchMs)

/**
 * Whether a message that failed for this reason at this time goes to its next channel. Not what its sender ended, or its
 * clock; and not where the channel may have it all the same: the person would get it twice for all that is known.
 */
export const fallsBack = (message: Message, reason: string | null, atMs: number): boolean =>
  !final.has(reason ?? '') && atMs < fallbackEnd(message)

const final: ReadonlySet<string> = new Set(['cancelled', 'expired', 'id-reused', 'no-answer'])
