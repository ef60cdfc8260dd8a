import type { Receipt } from '../schemas/types.ts'
import type { Ledger } from '../storage/ports/ledger.ts'

/**
 * A platform that hands back our mark proves that it accepted that attempt, whatever it says about it:
 * an attempt without a readable answer is settled by it. Each attempt once; the ledger gathers the calls.
 */
export async function settleEchoes(
  receipts: readonly Receipt[],
  ledger: Ledger,
  nowMs: number,
): Promise<void> {
  const settled = new Set<string>()
  const calls: Promise<void>[] = []
  for (const { source, deliveryId, attempt, providerMessageId } of receipts) {
    if (source !== 'webhook' || deliveryId === null || providerMessageId === null) continue
    const mark = `${deliveryId}.${attempt}`
    if (attempt < 1 || settled.has(mark)) continue
    settled.add(mark)
    calls.push(ledger.settle(deliveryId, attempt, providerMessageId, nowMs))
  }
  await Promise.all(calls)
}
