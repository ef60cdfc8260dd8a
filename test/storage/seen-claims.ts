import type { SeenClaim } from '../../storage/ports/seen.ts'
import type { Random } from '../random.ts'

/** A batch over few ids, so that they meet: the same for several windows, whose verdicts must agree. */
export const seenClaims = (random: Random): readonly SeenClaim[] =>
  Array.from({ length: random.below(12) }, () => ({
    tenant: random.pick(['a', 'b']),
    direction: random.pick(['inbound', 'outbound']),
    messageId: `m-${random.below(5)}`,
    submissionId: `s-${random.below(3)}`,
    digest: random.pick(['aa', 'bb']),
    windowMs: random.below(200),
  }))
