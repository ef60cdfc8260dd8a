import type { Sql } from '../../ports/sql.ts'
import type { DeliveryState, Fact } from '../memory/history-view.ts'
import { arrayLiteral } from './array-literal.ts'

/** The deliveries of messages with their facts, by message id; a message without deliveries is absent. */
export async function statesOf(
  sql: Sql,
  tenant: string,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DeliveryState[]>> {
  if (messageIds.length === 0) return new Map()
  const rows = await sql.query<StateRow>(deliveriesWithFacts, [
    tenant,
    arrayLiteral(messageIds, (id) => id),
  ])
  const byDelivery = new Map<string, DeliveryState & { readonly facts: Fact[] }>()
  const byMessage = new Map<string, DeliveryState[]>()
  for (const row of rows) {
    let state = byDelivery.get(row.delivery_id)
    if (!state) {
      state = { row: deliveryOf(row), facts: [] }
      byDelivery.set(row.delivery_id, state)
      const states = byMessage.get(row.message_id) ?? []
      states.push(state)
      byMessage.set(row.message_id, states)
    }
    const fact = factOf(row)
    if (fact) state.facts.push(fact)
  }
  return byMessage
}

const deliveriesWithFacts = `
  select d.message_id, d.delivery_id, d.participant_id, d.channel, d.account, d.address, d.part,
    f.kind, f.attempt, f.provider_at, f.reason, f.observed_at, f.detail, f.provider_message_id,
    f.possible_duplicate
  from delivery d
  left join fact f on f.tenant = d.tenant and f.delivery_id = d.delivery_id
  where d.tenant = $1 and d.message_id = any($2::text[])`

interface StateRow {
  readonly message_id: string
  readonly delivery_id: string
  readonly participant_id: string
  readonly channel: string
  readonly account: string
  readonly address: string
  readonly part: number
  /** Null, like the rest below, on the row of a delivery that nothing happened to yet. */
  readonly kind: string | null
  readonly attempt: number | null
  readonly provider_at: number | null
  readonly reason: string | null
  readonly observed_at: number | null
  readonly detail: string | null
  readonly provider_message_id: string | null
  readonly possible_duplicate: boolean | null
}

const deliveryOf = (row: StateRow): DeliveryState['row'] => ({
  deliveryId: row.delivery_id,
  participantId: row.participant_id,
  channel: row.channel,
  account: row.account,
  address: row.address,
  part: row.part,
})

function factOf(row: StateRow): Fact | undefined {
  if (row.kind === null) return undefined
  return {
    kind: row.kind,
    reason: row.reason || null,
    detail: row.detail,
    attempt: row.attempt ?? 0,
    providerAt: row.provider_at || null,
    observedAt: row.observed_at ?? 0,
    providerMessageId: row.provider_message_id,
    possibleDuplicate: row.possible_duplicate ?? false,
  }
}
