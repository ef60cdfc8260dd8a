import { timerIdOf } from '../domain/ids.ts'
import type { Receipt } from '../schemas/types.ts'

/** When to look for a receipt's delivery again; undefined when it has been waited for long enough. */
export interface NextLook {
  readonly dueMs: number
  readonly timerId: string
}

export interface Patience {
  /** First wait, doubled each time. Milliseconds. */
  readonly askAgainMs: number
  /** All waits together, at most. Milliseconds. */
  readonly orphanAfterMs: number
}

/**
 * `looks` counts those made before, and not the receipt's age: after an outage of ours every receipt is
 * old, and the delivery it names may stand a little further on in the same log. The timer's id holds the
 * count, because the timer that woke this record may not be forgotten yet.
 */
export function nextLook(
  receipt: Receipt,
  looks: number,
  nowMs: number,
  { askAgainMs, orphanAfterMs }: Patience,
): NextLook | undefined {
  const waitedMs = askAgainMs * (2 ** looks - 1)
  if (waitedMs >= orphanAfterMs) return undefined
  const timerId = timerIdOf('receipt', identityOf(receipt), String(looks))
  return { dueMs: nowMs + askAgainMs * 2 ** looks, timerId }
}

const identityOf = (receipt: Receipt): string =>
  JSON.stringify([
    receipt.tenant,
    receipt.channel,
    receipt.account,
    receipt.participantId,
    receipt.deliveryId,
    receipt.providerMessageId,
    receipt.kind,
    receipt.reason,
    receipt.attempt,
    receipt.watermark,
    receipt.providerAt,
    receipt.observedAt,
  ])
