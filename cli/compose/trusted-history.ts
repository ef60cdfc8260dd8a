import type { History } from '../../storage/ports/history.ts'
import type { TablesTrust } from './tables-trust.ts'

/** The same history for the stages, while its tables can be trusted: what they write or ask else waits for that. */
export function trustedHistory(history: History, trust: Pick<TablesTrust, 'trusted'>): History {
  return {
    apply: (batch) => trust.trusted().then(() => history.apply(batch)),
    resolve: (refs) => trust.trusted().then(() => history.resolve(refs)),
    message: (...asked) => history.message(...asked),
    messages: (...asked) => history.messages(...asked),
    lastInbound: (...asked) => history.lastInbound(...asked),
    epoch: () => history.epoch(),
    appliedOffsets: () => history.appliedOffsets(),
  }
}
