import type { Identity, Participant, Person } from '../../schemas/types.ts'
import type { ParticipantRef } from './directory.ts'
import type { Page } from './history.ts'

/**
 * People with identities on several channels. The truth is the compacted topics `directory.people` and
 * `directory.identities`; this is their projection.
 */
export interface People {
  person(tenant: string, personId: string): Promise<PersonView | undefined>
  /** Newest first by creation; `before` is the last `createdAt/personId` of the page before. */
  list(tenant: string, page: Page): Promise<readonly PersonView[]>
  /** Whose identities these are; undefined where nobody ever said. */
  identities(refs: readonly ParticipantRef[]): Promise<readonly (Identity | undefined)[]>
  /**
   * Who may be the same person: of direct conversations, with a number or a name that this one has, and linked to nobody.
   * A guess for people to look at: nothing is ever linked by it.
   */
  alike(tenant: string, personId: string, limit: number): Promise<readonly Likeness[]>
  /** Later records of a key win. Idempotent. */
  applyPeople(people: readonly Person[]): Promise<void>
  applyIdentities(identities: readonly Identity[]): Promise<void>
}

export interface PersonView {
  readonly person: Person
  /** In the order in which they were linked. */
  readonly identities: readonly Identity[]
}

export interface Likeness {
  readonly participant: Participant
  readonly why: 'same-number' | 'same-name'
}
