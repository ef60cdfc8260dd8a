import type { Fact } from '../memory/history-view.ts'
import type { DeliveryNote } from './delivery-notes.ts'
import type { JsonList } from './json-list.ts'

/**
 * The column `told`: the part of a note that no statement looks into, as a JSON array, since names would
 * double it and a row costs by its length. 0 where there is none.
 */
type Told = readonly [
  conversationId: string | 0,
  part: number,
  address: string | 0,
  ...facts: readonly ToldFact[],
]

type ToldFact = readonly [
  kind: string,
  attempt: number,
  observedAt: number,
  providerAt: number,
  reason: string | 0,
  detail: string | 0,
  /** Whether it names the platform's id, which stands in the row. */
  isNamed: 0 | 1,
  possibleDuplicate: 0 | 1,
]

export type ToldPart = Pick<DeliveryNote, 'conversationId' | 'part' | 'address' | 'facts'>

export const told = {
  write(list: JsonList, { conversationId, part, address, facts }: ToldPart): void {
    list.open()
    textOrZero(list, conversationId)
    list.number(part)
    textOrZero(list, address)
    for (const fact of facts) writeFact(list, fact)
    list.close()
  },

  read(text: string, providerMessageId: string | null): ToldPart {
    const [conversationId, part, address, ...facts]: Told = JSON.parse(text) // written above alone
    return {
      conversationId: orNull(conversationId),
      part,
      address: orNull(address),
      facts: facts.map((fact) => factOf(fact, providerMessageId)),
    }
  },
}

/** A `ToldFact`. */
function writeFact(list: JsonList, fact: Fact): void {
  list.open()
  list.text(fact.kind)
  list.number(fact.attempt)
  list.number(fact.observedAt)
  list.number(fact.providerAt ?? 0)
  textOrZero(list, fact.reason)
  textOrZero(list, fact.detail)
  list.number(fact.providerMessageId === null ? 0 : 1)
  list.number(fact.possibleDuplicate ? 1 : 0)
  list.close()
}

function textOrZero(list: JsonList, text: string | null): void {
  if (text === null) list.number(0)
  else list.text(text)
}

const factOf = (
  [kind, attempt, observedAt, providerAt, reason, detail, isNamed, duplicate]: ToldFact,
  providerMessageId: string | null,
): Fact => ({
  kind,
  reason: orNull(reason),
  detail: orNull(detail),
  attempt,
  providerAt: providerAt || null,
  observedAt,
  providerMessageId: isNamed ? providerMessageId : null,
  possibleDuplicate: duplicate === 1,
})

const orNull = (text: string | 0): string | null => (text === 0 ? null : text)
