import { instant } from '../../domain/instant.ts'
import type { Likeness, PersonView } from '../../storage/ports/people.ts'

/** A person as the API shows one. */
export interface PersonJson {
  readonly personId: string
  readonly displayName?: string | undefined
  /** Absent while they have no identity. */
  readonly conversationId?: string | undefined
  readonly identities: readonly IdentityJson[]
  readonly createdAt: string
  readonly createdBy: string
}

export interface IdentityJson {
  readonly participantId: string
  readonly channel: string
  readonly account: string
  readonly address: string
}

/** Somebody who may be the same person. */
export interface LikenessJson extends IdentityJson {
  readonly displayName?: string | undefined
  /** same-number or same-name */
  readonly why: string
}

export const personJson = ({ person, identities }: PersonView): PersonJson => ({
  personId: person.personId,
  displayName: person.displayName ?? undefined,
  conversationId: person.conversationId ?? undefined,
  identities: identities.map(identityJson),
  createdAt: instant(person.createdAt),
  createdBy: person.createdBy,
})

export const likenessJson = ({ participant, why }: Likeness): LikenessJson => ({
  ...identityJson(participant),
  displayName: participant.displayName ?? undefined,
  why,
})

const identityJson = ({
  participantId,
  channel,
  account,
  address,
}: IdentityJson): IdentityJson => ({
  participantId,
  channel,
  account,
  address,
})
