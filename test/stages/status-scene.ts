import type { Delivery, Message, Receipt, Rejection } from '../../schemas/types.ts'
import { deliveryReceipt, sentFact } from '../../stages/delivery-receipt.ts'
import { type StatusInput, statusUpdate } from '../../stages/status-update.ts'
import type { StageTools } from '../../stages/tools.ts'
import { biaId, deliveryOf, toolsOf, withBia } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'

export const settings = { orphanAfter: 300_000, askAgain: 2000, search: 'off' }
export const key = `default/${withBia}/${biaId}`
export const conversation = `default/${withBia}`
export const id = deliveryOf().deliveryId
export const fromBia = {
  direction: 'inbound',
  senderId: biaId,
  messageId: 'in:whatsapp:demo:1',
} as const

export const sent = deliveryReceipt(
  deliveryOf(),
  sentFact(1, 'wamid.1', false),
  nowMs - 100,
  nowMs - 90,
)
/** As a platform reports it: by its own id, and nothing else of ours. */
export const fromWebhook = (kind: string, fields: Partial<Receipt> = {}): Receipt => ({
  ...sent,
  conversationId: null,
  deliveryId: null,
  messageId: null,
  part: null,
  kind,
  attempt: 0,
  providerAt: nowMs - 50,
  observedAt: nowMs,
  calledAt: null,
  source: 'webhook',
  ...fields,
})

export const submitted = (message: Message, headers = {}) =>
  inputOf('submitted', message, conversation, headers)
export const received = (message: Message) => inputOf('received', message, conversation)
export const rejected = (rejection: Rejection) => inputOf('rejected', rejection, conversation)
export const delivery = (value: Delivery = deliveryOf()) => inputOf('deliveries', value, key)
export const receipt = (value: Receipt, headers = {}) => inputOf('receipts', value, key, headers)

/** Batches one after another on the same stores. */
export function updater(tools: StageTools = toolsOf()) {
  const body = statusUpdate.create({ id: 'status-update', settings, outputs: [], tools })
  const run = async (...batch: readonly StatusInput[]) => (await runStage(body, batch)).flat()
  return { run, tools }
}

type Emitted = readonly Awaited<ReturnType<ReturnType<typeof updater>['run']>>[number][]

/** The types of the events among what was emitted, and the other ports by name. */
export const told = (emits: Emitted): readonly string[] =>
  emits.map((emit) => (emit.to === 'events' ? emit.value.type : emit.to))
