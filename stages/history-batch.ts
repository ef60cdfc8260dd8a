import type { Delivery, Message, Receipt, Rejection } from '../schemas/types.ts'
import type { DeliveryRef, HistoryBatch, ResolvedReceipt } from '../storage/ports/history.ts'
import { engineHeaders } from '../topology/contract/headers.ts'
import type { StatusInput } from './status-update.ts'

/** What a batch of inputs writes into the tables; `resolved` goes with `receipts`. */
export function historyBatch(
  inputs: readonly StatusInput[],
  receipts: readonly Receipt[],
  resolved: readonly (readonly DeliveryRef[])[],
): HistoryBatch {
  const messages: Message[] = []
  const hops: number[] = []
  const rejections: Rejection[] = []
  const deliveries: Delivery[] = []
  for (const { port, value, headers } of inputs) {
    // Not `received`: the tables have had the message from `submitted`, whatever became of it.
    if (port === 'submitted') {
      messages.push(value)
      hops.push(Number(headers[engineHeaders.hop] ?? 0))
    } else if (port === 'rejected') rejections.push(value)
    else if (port === 'deliveries') deliveries.push(value)
  }
  const known = receipts.flatMap((receipt, index) =>
    (resolved[index] ?? []).map((delivery): ResolvedReceipt => ({ receipt, delivery })),
  )
  return { messages, hops, rejections, deliveries, receipts: known }
}
