import type { Sql } from '../../ports/sql.ts'
import { earlierFact, factKey } from '../memory/history-merge.ts'
import type { DeliveryState, Fact } from '../memory/history-view.ts'
import { arrayLiteral } from './array-literal.ts'
import { type ToldPart, told } from './told.ts'

/** The deliveries of messages with their facts, by message id; a message without deliveries is absent. */
export async function statesOf(
  sql: Sql,
  tenant: string,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DeliveryState[]>> {
  if (messageIds.length === 0) return new Map()
  const notes = await sql.query<NoteRow>(notesOfMessages, [
    tenant,
    arrayLiteral(messageIds, (id) => id),
  ])
  const byMessage = new Map<string, DeliveryState[]>()
  for (const [, ofDelivery] of Map.groupBy(notes, ({ delivery_id }) => delivery_id)) {
    const state = stateOf(ofDelivery)
    if (!state) continue
    const messageId = ofDelivery[0]?.message_id ?? ''
    const states = byMessage.get(messageId) ?? []
    states.push(state)
    byMessage.set(messageId, states)
  }
  return byMessage
}

const notesOfMessages = `
  select message_id, delivery_id, is_delivery, participant_id, channel, account,
    provider_message_id, told
  from delivery_note
  where tenant = $1 and message_id = any($2::text[])`

interface NoteRow {
  readonly message_id: string
  readonly delivery_id: string
  readonly is_delivery: boolean
  readonly participant_id: string | null
  readonly channel: string | null
  readonly account: string | null
  readonly provider_message_id: string | null
  readonly told: string
}

/** Undefined while only receipts of it are known. */
function stateOf(notes: readonly NoteRow[]): DeliveryState | undefined {
  const facts = new Map<string, Fact>()
  let row: DeliveryState['row'] | undefined
  for (const note of notes) {
    const part = told.read(note.told, note.provider_message_id)
    if (note.is_delivery) row ??= deliveryOf(note, part)
    for (const fact of part.facts) {
      const key = factKey(fact)
      const known = facts.get(key)
      facts.set(key, known ? earlierFact(known, fact) : fact)
    }
  }
  return row && { row, facts: [...facts.values()] }
}

const deliveryOf = (note: NoteRow, { part, address }: ToldPart): DeliveryState['row'] => ({
  deliveryId: note.delivery_id,
  participantId: note.participant_id ?? '',
  channel: note.channel ?? '',
  account: note.account ?? '',
  address: address ?? '',
  part,
})
