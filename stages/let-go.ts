import type { Message } from '../schemas/types.ts'
import type { Ledger } from '../storage/ports/ledger.ts'

/**
 * Takes a message out of reach of a cancellation, for good; false where one came first. The row in the ledger
 * is claimed once and never ended: whoever comes again after a crash finds it claimed, and goes on.
 * `deliveryId` is the row's: of a scheduled message, or of its next channel.
 */
export async function letGo(
  ledger: Ledger,
  deliveryId: string,
  { digest }: Message,
  nowMs: number,
): Promise<boolean> {
  const claim = { deliveryId, digest, epoch: 0, deadlineMs: nowMs, resend: false }
  return (await ledger.claim(claim, nowMs)).kind !== 'failed'
}
