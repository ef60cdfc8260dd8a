import type { History } from '../../storage/ports/history.ts'

/** The same history for the stages, once its tables can be trusted: what they write or ask before then waits. */
export function trustedHistory(history: History, trusted: Promise<void>): History {
  return {
    apply: (batch) => trusted.then(() => history.apply(batch)),
    resolve: (refs) => trusted.then(() => history.resolve(refs)),
    message: (...asked) => history.message(...asked),
    messages: (...asked) => history.messages(...asked),
    conversations: (...asked) => history.conversations(...asked),
    lastInbound: (...asked) => history.lastInbound(...asked),
    epoch: () => history.epoch(),
    appliedOffsets: () => history.appliedOffsets(),
  }
}
