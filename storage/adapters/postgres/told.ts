import type { Fact } from '../memory/history-view.ts'
import type { DeliveryNote } from './delivery-notes.ts'

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
  write({ conversationId, part, address, facts }: ToldPart): string {
    const list: [string | 0, number, string | 0, ...ToldFact[]] = [
      conversationId ?? 0,
      part,
      address ?? 0,
    ]
    for (const fact of facts) list.push(toldFact(fact))
    return JSON.stringify(list satisfies Told)
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

const toldFact = (fact: Fact): ToldFact => [
  fact.kind,
  fact.attempt,
  fact.observedAt,
  fact.providerAt ?? 0,
  fact.reason ?? 0,
  fact.detail ?? 0,
  fact.providerMessageId === null ? 0 : 1,
  fact.possibleDuplicate ? 1 : 0,
]

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
