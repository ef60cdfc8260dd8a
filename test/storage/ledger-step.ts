import type { Ledger, LedgerOutcome } from '../../storage/ports/ledger.ts'
import type { Random } from '../random.ts'

/** One thing that may happen to a ledger, to be done to several of them: the rules stand more than once. */
export function ledgerStep(random: Random, nowMs: number): (ledger: Ledger) => Promise<unknown> {
  const deliveryId = random.pick(['d-1', 'd-2', 'd-3'])
  const attempt = 1 + random.below(5)
  const epoch = random.below(4)
  if (random.chance(0.5)) {
    const claim = {
      deliveryId,
      digest: random.chance(0.95) ? 'aa' : 'bb',
      epoch,
      deadlineMs: nowMs + random.below(100),
      resend: random.chance(0.5),
    }
    return (ledger) => ledger.claim(claim, nowMs)
  }
  if (random.chance(0.1)) {
    return (ledger) => ledger.settle(deliveryId, attempt, `settled-${nowMs}`, nowMs)
  }
  if (random.chance(0.15)) {
    return (ledger) => ledger.cancel(deliveryId, 'aa', 'cancelled', nowMs)
  }
  const outcome = random.pick<LedgerOutcome['outcome']>([
    { kind: 'retry' },
    { kind: 'retry' },
    { kind: 'unknown' },
    { kind: 'unknown' },
    { kind: 'failed', reason: 'opted-out' },
    { kind: 'sent', providerMessageId: `sent-${nowMs}` },
  ])
  return (ledger) => ledger.record({ deliveryId, attempt, epoch, outcome }, nowMs)
}
