import type { Ledger, LedgerOutcome } from '../storage/ports/ledger.ts'
import type { OwnFact } from './delivery-receipt.ts'
import type { Ending } from './ending.ts'

interface Unwritten {
  readonly outcome: LedgerOutcome
  readonly ending: Ending
}

/** More than one member can have under way; whoever runs into it has lanes that nobody comes back to. */
const most = 10_000

/**
 * Outcomes that the ledger did not take. Each is kept here and written on the
 * delivery's next turn, before anything else: the platform has answered, and forgetting what it said
 * would mean to ask it again. So only the death of the process can lose an outcome.
 */
export class UnwrittenOutcomes {
  readonly #ledger: Ledger
  readonly #kept = new Map<string, Unwritten>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** The ledger did not take it. */
  keep(outcome: LedgerOutcome, ending: Ending): void {
    if (this.#kept.size >= most) this.#forgetOldest()
    this.#kept.set(outcome.deliveryId, { outcome, ending })
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
