import type { Delivery, Message, Receipt, Rejection } from '../schemas/types.ts'
import type { DeliveryRef, HistoryBatch, ResolvedReceipt, Span } from '../storage/ports/history.ts'
import { engineHeaders } from '../topology/contract/headers.ts'
import type { Position } from '../topology/contract/record.ts'
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
  // Not by an iterator, which makes an object for each, here and below.
  inputs.forEach(({ port, value, headers }) => {
    // Not `received`: the tables have had the message from `submitted`, whatever became of it.
    if (port === 'submitted') {
      messages.push(value)
      hops.push(Number(headers[engineHeaders.hop] ?? 0))
    } else if (port === 'rejected') rejections.push(value)
    else if (port === 'deliveries') deliveries.push(value)
  })
  const known: ResolvedReceipt[] = []
  receipts.forEach((receipt, index) => {
    for (const delivery of resolved[index] ?? []) known.push({ receipt, delivery })
  })
  return { messages, hops, rejections, deliveries, receipts: known, spans: spansOf(inputs) }
}

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] }

/** In each partition a batch is in the order of the log. */
function spansOf(inputs: readonly { readonly position: Position }[]): readonly Span[] {
  const byTopic = new Map<string, Map<number, Mutable<Span>>>()
  inputs.forEach(({ position }) => {
    const { topic, partition, offset } = position
    let spans = byTopic.get(topic)
    if (!spans) {
      spans = new Map()
      byTopic.set(topic, spans)
    }
    const span = spans.get(partition)
    if (span) span.to = offset + 1
    else spans.set(partition, { topic, partition, from: offset, to: offset + 1 })
  })
  return [...byTopic.values()].flatMap((spans) => [...spans.values()])
}
