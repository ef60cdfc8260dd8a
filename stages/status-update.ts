import { conversationKey } from '../domain/keys.ts'
import { searchLanguages } from '../domain/search-languages.ts'
import type { Delivery, Receipt } from '../schemas/types.ts'
import type { DeliveryRef } from '../storage/ports/history.ts'
import { engineHeaders } from '../topology/contract/headers.ts'
import { defineStage, type Emit, type Input, type StageSetup } from '../topology/contract/stage.ts'
import { nextLook, type Patience } from './ask-again.ts'
import { deliveryEvent } from './delivery-event.ts'
import { historyBatch } from './history-batch.ts'
import { acceptedEvent, receivedEvent, rejectionEvent } from './message-event.ts'
import { messageTexts } from './message-texts.ts'
import { resolveReceipts } from './resolve-receipts.ts'
import { numberSetting, textSetting } from './setting.ts'
import { settleEchoes } from './settle-echoes.ts'
import type { ContentCodec, StageTools } from './tools.ts'
import { withoutWatermarks } from './without-watermarks.ts'

const ports = {
  submitted: 'Message',
  received: 'Message',
  rejected: 'Rejection',
  deliveries: 'Delivery',
  receipts: 'Receipt',
} as const
const out = { events: 'Event', later: 'Receipt', orphaned: 'Receipt' } as const

export type StatusInput = Input<typeof ports>
type StatusEmit = Emit<typeof out>

/** Without channels, as where tables are filled again, a watermark may mean any delivery. */
type StatusTools = Pick<StageTools, 'history' | 'ledger' | 'content'> &
  Partial<Pick<StageTools, 'channels'>>

/**
 * Folds what happened into the history tables, and tells clients. All of it may be done again: facts
 * merge, settling twice is settling once, and events have derived ids, so that a batch repeated
 * after a crash tells the same events, which whoever reads the feed knows by their ids.
 */
export const statusUpdate = defineStage({
  name: 'status-update',
  doc: 'Writes what happened into the history and tells it as events; a receipt whose delivery is not known yet is looked at again.',
  shape: 'batch-effect',
  in: ports,
  out,
  options: {
    orphanAfter: {
      type: 'duration',
      doc: 'How long a receipt waits for the delivery that it is about before it is set aside.',
      default: '5m',
    },
    askAgain: {
      type: 'duration',
      doc: 'The first wait between two looks for it; doubled each time.',
      default: '2s',
    },
    search: {
      type: 'string',
      oneOf: ['off', ...searchLanguages],
      doc: 'Whether the words of messages can be searched, and whose language they are: `simple` takes them as they are written. They are kept in plain text; messages from before it was set are not found.',
      default: 'off',
    },
  },

  create(setup: StageSetup<StatusTools>) {
    const { history, ledger, content, channels } = setup.tools
    const search = textSetting(setup, 'search')
    const patience: Patience = {
      askAgainMs: numberSetting(setup, 'askAgain'),
      orphanAfterMs: numberSetting(setup, 'orphanAfter'),
    }
    return {
      shape: 'batch-effect',
      async act(batch, { nowMs }) {
        const receipts: Receipt[] = []
        const deliveries: Delivery[] = []
        // Not by an iterator, which makes an object for each.
        batch.forEach(({ port, value }) => {
          if (port === 'receipts') receipts.push(value)
          else if (port === 'deliveries') deliveries.push(value)
        })
        const resolved = await resolveReceipts(receipts, deliveries, history)
        // Before the tables: a delivery waiting for this proof should not be sent again meanwhile.
        await settleEchoes(receipts, ledger, nowMs)
        const told = historyBatch(batch, receipts, resolved)
        const texts = search === 'off' ? [] : messageTexts(told.messages, search, content)
        await history.apply({
          ...told,
          texts,
          withoutWatermarks: withoutWatermarks(receipts, channels),
        })

        const refs = resolved.values()
        const known = new Set<string>()
        const isNew = ({ value: { eventId } }: EventEmit): boolean => {
          const before = known.size
          return known.add(eventId).size > before
        }
        return batch.map((record): readonly StatusEmit[] => {
          if (record.port !== 'receipts') return newOf(eventsOf(record, content), isNew)
          const ofReceipt = refs.next().value ?? []
          const events = newOf(receiptEvents(record.value, ofReceipt), isNew)
          const rest = unresolved(record, ofReceipt, nowMs, patience)
          return rest.length === 0 ? events : [...events, ...rest]
        })
      },
    }
  },
})

type EventEmit = Extract<StatusEmit, { to: 'events' }>

/** The list itself where that is all of it, as nearly always: what is pushed to takes room for sixteen more. */
function newOf(
  events: readonly EventEmit[],
  isNew: (event: EventEmit) => boolean,
): readonly EventEmit[] {
  const [only] = events
  if (!only || (events.length === 1 && isNew(only))) return events
  return events.filter(isNew)
}

function eventsOf(
  record: Exclude<StatusInput, { port: 'receipts' }>,
  content: ContentCodec,
): readonly EventEmit[] {
  const { key } = record
  switch (record.port) {
    case 'submitted':
      return isFirstRound(record) ? [{ to: 'events', key, value: acceptedEvent(record.value) }] : []
    case 'received':
      return [{ to: 'events', key, value: receivedEvent(record.value, content) }]
    case 'rejected':
      return [{ to: 'events', key, value: rejectionEvent(record.value) }]
    case 'deliveries':
      return []
  }
}

function receiptEvents(receipt: Receipt, refs: readonly DeliveryRef[]): readonly EventEmit[] {
  const [only] = refs
  if (only && refs.length === 1) return receiptEvent(receipt, only)
  return refs.flatMap((ref) => receiptEvent(receipt, ref))
}

function receiptEvent(receipt: Receipt, ref: DeliveryRef): readonly EventEmit[] {
  const value = deliveryEvent(receipt, ref)
  // By conversation, as all its events are; the receipt's own key may stand for another one.
  const key = conversationKey(receipt.tenant, ref.conversationId)
  return value ? [{ to: 'events', key, value }] : []
}

/** Clients' messages only, and not again when one comes back under another conversation. */
const isFirstRound = ({ value, headers }: Extract<StatusInput, { port: 'submitted' }>): boolean =>
  value.direction !== 'inbound' && looksOf(headers) === 0

const looksOf = (headers: StatusInput['headers']): number => Number(headers[engineHeaders.hop] ?? 0)

function unresolved(
  { key, value, headers }: Extract<StatusInput, { port: 'receipts' }>,
  refs: readonly DeliveryRef[],
  nowMs: number,
  patience: Patience,
): readonly StatusEmit[] {
  const namesNone = value.watermark !== null && value.providerMessageId === null
  // Nearly always: then there is nothing to wait for, and no timer to be named.
  if (refs.length > 0 && !namesNone) return []
  const looks = looksOf(headers)
  const next = nextLook(value, looks, nowMs, patience)
  if (namesNone) {
    // It names no delivery, so it cannot lack one; but what we tell of the last sendings may stand in
    // another partition that is read later, seconds later where there is a backlog, and would be left
    // out for good. What was read is not found twice; what was delivered would be told at each look.
    const isWorth = value.kind === 'read' || looks === 0
    return next && isWorth ? [{ to: 'later', key, value, ...next }] : []
  }
  return [next ? { to: 'later', key, value, ...next } : { to: 'orphaned', key, value }]
}
