import type { Ledger, LedgerOutcome } from '../storage/ports/ledger.ts'
import type { Ending } from './deliver-once.ts'
import type { OwnFact } from './delivery-receipt.ts'

interface Unwritten {
  readonly outcome: LedgerOutcome
  readonly ending: Ending
}

/** More than one member can have under way; whoever runs into it has lanes that nobody comes back to. */
const most = 10_000

/**
 * Outcomes on their way into the ledger. One that the ledger does not take is kept here and written on the
 * delivery's next turn, before anything else: the platform has answered, and forgetting what it said
 * would mean to ask it again. So only the death of the process can lose an outcome.
 */
export class UnwrittenOutcomes {
  readonly #ledger: Ledger
  readonly #kept = new Map<string, Unwritten>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /**
   * Writes the outcome down and answers the ending. A final ending must be written before it is told, so
   * it rejects when the ledger does not take it; a hold may begin before its outcome is written.
   */
  write(outcome: LedgerOutcome, ending: Ending, nowMs: number): Promise<Ending> {
    return this.#ledger.record(outcome, nowMs).then(
      () => ending,
      (error: unknown) => {
        this.#keep({ outcome, ending })
        if (ending.kind === 'done') throw error
        return ending
      },
    )
  }

  /** True where `writeKept` has something to do, which is rare. */
  keeps(deliveryId: string): boolean {
    return this.#kept.has(deliveryId)
  }

  /**
   * Writes what is kept of the delivery. Answers its ending if that is final and of this term of ownership:
   * of another one the ledger may know more by now. Throws when the ledger still does not take it.
   */
  async writeKept(deliveryId: string, epoch: number, nowMs: number): Promise<Ending | undefined> {
    const unwritten = this.#kept.get(deliveryId)
    if (!unwritten) return undefined
    await this.#write(unwritten, nowMs)
    const { outcome, ending } = unwritten
    return ending.kind === 'done' && outcome.epoch === epoch ? ending : undefined
  }

  /** Writes everything that is kept: before its partitions go to somebody else. */
  async writeAll(nowMs: number): Promise<void> {
    await Promise.all([...this.#kept.values()].map((each) => this.#write(each, nowMs)))
  }

  /** How the delivery ended, as far as it is kept and final. */
  factOf(deliveryId: string): OwnFact | undefined {
    const ending = this.#kept.get(deliveryId)?.ending
    return ending?.kind === 'done' ? ending.fact : undefined
  }

  #keep(unwritten: Unwritten): void {
    if (this.#kept.size >= most) this.#forgetOldest()
    this.#kept.set(unwritten.outcome.deliveryId, unwritten)
  }

  #forgetOldest(): void {
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined) this.#kept.delete(oldest)
  }

  /** Writing twice is writing once; a newer outcome of the same delivery stays. */
  async #write(unwritten: Unwritten, nowMs: number): Promise<void> {
    await this.#ledger.record(unwritten.outcome, nowMs)
    this.#forget(unwritten)
  }

  #forget(unwritten: Unwritten): void {
    const { outcome } = unwritten
    if (this.#kept.get(outcome.deliveryId) === unwritten) this.#kept.delete(outcome.deliveryId)
  }
}
