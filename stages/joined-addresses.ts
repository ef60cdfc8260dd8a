import type { Ids } from '../domain/ids.ts'
import type { Alias, Conversation, Message } from '../schemas/types.ts'
import type { AddressRef } from '../storage/ports/directory.ts'
import { aliasOf } from './alias-of.ts'

/** A conversation, and who somebody is in it. */
export type Place = Pick<Alias, 'conversationId' | 'participantId'>

/** What is known of a person who goes by two addresses at once. */
export interface TwoAddresses {
  /** Of the address that the message names, and of the other one. */
  readonly alias: Alias | undefined
  readonly otherAlias: Alias | undefined
  /** The conversations that they would have by themselves. */
  readonly conversation: Conversation | undefined
  readonly otherConversation: Conversation | undefined
}

/** What follows: an address is to be known as another one of the person's, and where the message belongs, if elsewhere. */
export interface Joined {
  readonly learnt: ReturnType<typeof aliasOf> | undefined
  readonly place: Place | undefined
}

/**
 * A platform names two addresses of one person (on WhatsApp the number and the business-scoped id). The conversation that was
 * known first is that of both, so its id never changes, whichever address is named alone later. Where both had one, the older
 * stays, and what was said in the other one before stays there. What a client linked by itself is left as it is.
 */
export function joinedAddresses(
  message: Message & AddressRef,
  otherAddress: string,
  { alias, otherAlias, conversation, otherConversation }: TwoAddresses,
  ids: Pick<Ids, 'conversation' | 'participant'>,
): Joined {
  if (alias && otherAlias) return nothing
  const placeOf = (address: string): Place => {
    const { tenant, channel, account } = message
    return {
      conversationId: ids.conversation(tenant, channel, account, address),
      participantId: ids.participant(tenant, channel, account, address),
    }
  }
  const refOf = (address: string) => {
    const { tenant, channel, account } = message
    return { tenant, channel, account, address }
  }
  const learn = (address: string, place: Place) =>
    aliasOf(ids, refOf(address), place, message.acceptedAt)

  if (alias) return { learnt: learn(otherAddress, alias), place: undefined }
  const own = placeOf(message.address)
  if (otherAlias) {
    if (otherAlias.conversationId === own.conversationId) return nothing
    if (otherAlias.linked && conversation) return nothing
    return { learnt: learn(message.address, otherAlias), place: otherAlias }
  }
  const isOthers =
    otherConversation && (!conversation || otherConversation.createdAt < conversation.createdAt)
  if (!isOthers) return { learnt: learn(otherAddress, own), place: undefined }
  const other = placeOf(otherAddress)
  return { learnt: learn(message.address, other), place: other }
}

const nothing: Joined = { learnt: undefined, place: undefined }
