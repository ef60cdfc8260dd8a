import type { LedgerOutcome } from '../storage/ports/ledger.ts'
import { type OwnFact, troubleFact } from './delivery-receipt.ts'

/** How one turn of a delivery ended, and the fact worth telling, if any. */
export type Ending =
  | { readonly kind: 'done'; readonly fact: OwnFact }
  | {
      readonly kind: 'hold'
      readonly reason: string
      readonly afterMs: number | undefined
      /** The whole account waits. */
      readonly whole: boolean
      readonly fact: OwnFact | undefined
    }

/** How a turn with an attempt ends, and what the ledger has to know of the attempt before anybody is told. */
export interface Told {
  readonly attempt: number
  readonly outcome: LedgerOutcome['outcome']
  readonly ending: Ending
}

export const done = (fact: OwnFact): Ending => ({ kind: 'done', fact })

export const hold = (
  reason: string,
  afterMs: number | undefined,
  fact: OwnFact | undefined,
): Ending => ({
  kind: 'hold',
  reason,
  afterMs,
  whole: false,
  fact,
})

/** Final. */
export const failed = (fact: OwnFact): Told => ({
  attempt: fact.attempt,
  outcome: { kind: 'failed', reason: fact.reason ?? 'internal' },
  ending: done(fact),
})

/** Certainly not accepted: the next claim is granted. */
export const again = (attempt: number, ending: Ending): Told => ({
  attempt,
  outcome: { kind: 'retry' },
  ending,
})

export const windowClosed = (attempt: number, detail: string | null, lookMs: number): Ending =>
  hold(
    'window-closed',
    lookMs,
    troubleFact('held', attempt, 'window-closed', detail ?? 'It waits until the person writes.'),
  )

/** Told with each wait; the engine lets one of each reason out. */
export const unanswered = (
  attempt: number,
  afterMs: number | undefined,
  detail: string | null = null,
) => hold('no-answer', afterMs, troubleFact('unknown', attempt, 'no-answer', detail))
