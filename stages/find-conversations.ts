import type { Alias, Conversation, Message, Recipient } from '../schemas/types.ts'
import type { AddressRef, ConversationRef } from '../storage/ports/directory.ts'
import { directoryFacts } from './directory-facts.ts'
import { isDirect } from './is-direct.ts'
import { type Joined, joinedAddresses, type Place } from './joined-addresses.ts'
import { hasHint } from './known-aliases.ts'
import { isNamed } from './named-seats.ts'
import { otherAddressOf } from './other-address-of.ts'
import type { StageTools } from './tools.ts'

/** What the directory knows about one message. */
export interface Found {
  /** Undefined when there is none, or not for whoever wrote this. */
  readonly conversation: Conversation | undefined
  /** Set on the message that makes the conversation known: the conversation, to be written down. */
  readonly discovered: Conversation | undefined
  /**
   * Set when the address belongs to another conversation, or when its person is heard in a group: the message as that
   * conversation's.
   */
  readonly rekeyed: Message | undefined
  /** Set when the message is addressed to a linked identity of the conversation's person: it goes there. */
  readonly identity?: Recipient
  /** Set when whoever wrote it may not be heard where they want to be. */
  readonly isRefused?: true
  /** Set on the message that tells another address of its writer: that it is one. */
  readonly learnt?: Joined['learnt']
}

type Tools = Pick<StageTools, 'directory' | 'directoryCaughtUp' | 'ids'>

/** In the order given. */
export async function findConversations(
  messages: readonly Message[],
  tools: Tools,
): Promise<readonly Found[]> {
  const { aliases, stored, seats, others } = await directoryFacts(messages, tools)
  // In order, so that what one message makes known is known to those after it.
  const fresh = new Map<string, Conversation>()
  const learnt = new Map<string, Alias>()
  return messages.map((message, index) => {
    const known = aliases?.get(message)
    const alias = known?.own ?? (learnt.size > 0 ? learnt.get(addressOf(message)) : undefined)
    const seat = seats?.get(message)
    if (isNamed(message) && !seat) return notTheirs
    const joined = joinedOf(message, alias, known?.other, stored[index], others?.get(message))
    if (joined.learnt) learnt.set(addressOf(joined.learnt.value), joined.learnt.value)
    const place = placeOf(message, alias, known?.chat, seat) ?? joined.place
    if (place) {
      return {
        conversation: undefined,
        discovered: undefined,
        rekeyed: rekeyed(message, place),
        learnt: joined.learnt,
      }
    }
    const made = fresh.size > 0 ? fresh.get(refOf(message)) : undefined
    const conversation = made ?? stored[index]
    const discovered = conversation
      ? namedConversation(conversation, message)
      : directConversation(message, tools)
    if (discovered) fresh.set(refOf(message), discovered)
    const found = {
      conversation: discovered ?? conversation,
      discovered,
      rekeyed: undefined,
      learnt: joined.learnt,
    }
    const isTheirs =
      conversation && alias?.linked && alias.conversationId === message.conversationId
    return isTheirs ? { ...found, identity: identityOf(alias) } : found
  })

  function joinedOf(
    message: Message,
    alias: Alias | undefined,
    told: Alias | undefined,
    conversation: Conversation | undefined,
    otherConversation: Conversation | undefined,
  ): Joined {
    const other = otherAddressOf(message)
    if (other === undefined || !isDirect(message, tools)) return nothing
    const otherAlias = told ?? learnt.get(addressOf({ ...message, address: other }))
    const two = { alias, otherAlias, conversation, otherConversation }
    return joinedAddresses(message, other, two, tools.ids)
  }

  /** Where the message belongs, if not where it says. */
  function placeOf(
    message: Message,
    alias: Alias | undefined,
    chat: Alias | undefined,
    seat: Place | undefined,
  ): Place | undefined {
    const { conversationId } = message
    if (chat && chat.conversationId !== conversationId && isInChat(message, tools)) {
      return { conversationId: chat.conversationId, participantId: message.senderId }
    }
    if (seat && seat.conversationId !== conversationId && isPersonal(message, alias, tools)) {
      return seat
    }
    // A message in a group names its writer's address, and stays in the group.
    if (alias && alias.conversationId !== conversationId && isDirect(message, tools)) return alias
    return undefined
  }
}

/** They are not in the conversation that they named. */
const notTheirs: Found = {
  conversation: undefined,
  discovered: undefined,
  rekeyed: undefined,
  isRefused: true,
}

const nothing: Joined = { learnt: undefined, place: undefined }

/** Neither part may hold the separator: tenants, channels and accounts are names of ours. */
const addressOf = ({
  tenant,
  channel,
  account,
  address,
}: Pick<Message, keyof AddressRef>): string => `${tenant}\0${channel}\0${account}\0${address}`

/** In a group chat of the platform, and where that chat's own address leads. */
function isInChat(message: Message, { ids }: Pick<Tools, 'ids'>): boolean {
  if (!hasHint(message) || message.origin?.chat == null) return false
  const { tenant, channel, account, origin, conversationId } = message
  return ids.conversation(tenant, channel, account, origin.chat ?? '') === conversationId
}

/** To us alone, and not in a group chat of the platform; also when it has followed an alias already. */
const isPersonal = (message: Message, alias: Alias | undefined, tools: Tools): boolean =>
  alias?.conversationId === message.conversationId || isDirect(message, tools)

/** Neither part may hold the separator: tenants are names of ours, and ids are made by us. */
const refOf = ({ tenant, conversationId }: ConversationRef): string =>
  `${tenant}\0${conversationId}`

/** Of the address the message names, if that is what its conversation's id was derived from. */
function directConversation(
  message: Message,
  { ids }: Pick<Tools, 'ids'>,
): Conversation | undefined {
  if (!isDirect(message, { ids })) return undefined
  const { tenant, channel, account, address, conversationId } = message
  const participantId = ids.participant(tenant, channel, account, address)
  return {
    tenant,
    conversationId,
    kind: 'direct',
    title: null,
    participants: [
      {
        participantId,
        channel,
        account,
        address,
        displayName: message.origin?.displayName ?? null,
        joinedAt: null,
      },
    ],
    createdAt: message.acceptedAt,
    createdBy: message.direction === 'inbound' ? 'inbound' : message.senderId,
  }
}

const identityOf = ({ participantId, channel, account, address }: Alias): Recipient => ({
  participantId,
  channel,
  account,
  address,
})

/** A direct conversation with the name that its person goes by, where it had none; undefined where there is nothing to add. */
function namedConversation(
  conversation: Conversation,
  { origin, senderId, direction }: Message,
): Conversation | undefined {
  if (!origin?.displayName || direction !== 'inbound') return undefined
  const [person, ...more] = conversation.participants
  const isTheirs = conversation.kind === 'direct' && person?.participantId === senderId
  if (!person || !isTheirs || more.length > 0 || person.displayName !== null) return undefined
  return { ...conversation, participants: [{ ...person, displayName: origin.displayName }] }
}

function rekeyed(message: Message, { conversationId, participantId }: Place): Message {
  return {
    messageId: message.messageId,
    submissionId: message.submissionId,
    tenant: message.tenant,
    conversationId,
    direction: message.direction,
    senderId: message.direction === 'inbound' ? participantId : message.senderId,
    channel: message.channel,
    account: message.account,
    address: message.address,
    acceptedAt: message.acceptedAt,
    expiresAt: message.expiresAt,
    sendAt: message.sendAt,
    fallback: message.fallback,
    humanAgent: message.humanAgent,
    replyTo: message.replyTo,
    providerMessageId: message.providerMessageId,
    metadata: message.metadata,
    digest: message.digest,
    contentKind: message.contentKind,
    content: message.content,
    seal: message.seal,
    origin: message.origin,
  }
}
