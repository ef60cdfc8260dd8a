import type { Alias, Conversation, Message, Recipient } from '../schemas/types.ts'
import type { AddressRef, ConversationRef } from '../storage/ports/directory.ts'
import { type Joined, joinedAddresses, type Place } from './joined-addresses.ts'
import { type Hinted, hasHint, type KnownAliases, knownAliases } from './known-aliases.ts'
import type { StageTools } from './tools.ts'

/** What the directory knows about one message. */
export interface Found {
  /** Undefined when there is none. */
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
  /** Set on the message that tells another address of its writer: that it is one. */
  readonly learnt?: Joined['learnt']
}

type Tools = Pick<StageTools, 'directory' | 'directoryCaughtUp' | 'ids'>

/**
 * Two lookups for the whole batch, one more for what people wrote, and others for what was missed or is told of for the
 * first time; in the order given.
 */
export async function findConversations(
  messages: readonly Message[],
  tools: Tools,
): Promise<readonly Found[]> {
  const { aliases, stored } = await lookedUp(messages, tools)
  const [seats, others] = await Promise.all([
    seatsOf(messages, aliases, tools),
    otherConversations(messages, aliases, tools),
  ])
  // In order, so that what one message makes known is known to those after it.
  const fresh = new Map<string, Conversation>()
  const learnt = new Map<string, Alias>()
  return messages.map((message, index) => {
    const known = aliases?.get(message)
    const alias = known?.own ?? (learnt.size > 0 ? learnt.get(addressOf(message)) : undefined)
    const seat = seats?.get(message)
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
    const conversation = fresh.get(refOf(message)) ?? stored[index]
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

const nothing: Joined = { learnt: undefined, place: undefined }

/** Neither part may hold the separator: tenants, channels and accounts are names of ours. */
const addressOf = ({
  tenant,
  channel,
  account,
  address,
}: Pick<Message, keyof AddressRef>): string => `${tenant}\0${channel}\0${account}\0${address}`

/** The other address of who wrote to us directly, where the platform told one. */
function otherAddressOf({ origin, direction }: Message): string | undefined {
  if (origin === null || direction !== 'inbound' || origin.chat !== null) return undefined
  return origin.otherAddress ?? undefined
}

/** In a group chat of the platform, and where that chat's own address leads. */
function isInChat(message: Message, { ids }: Pick<Tools, 'ids'>): boolean {
  if (!hasHint(message) || message.origin?.chat == null) return false
  const { tenant, channel, account, origin, conversationId } = message
  return ids.conversation(tenant, channel, account, origin.chat ?? '') === conversationId
}

/** What the directory has; where a conversation is missing its tables are waited for, and asked once more. */
async function lookedUp(messages: readonly Message[], tools: Tools) {
  const [aliases, stored] = await Promise.all([
    knownAliases(messages, tools),
    storedConversations(messages, tools),
  ])
  const missed = messages.filter((_, index) => !stored[index])
  if (missed.length === 0) return { aliases, stored }
  await tools.directoryCaughtUp()
  const [later, found] = await Promise.all([
    knownAliases(missed, tools),
    storedConversations(missed, tools),
  ])
  const rest = found.values()
  return {
    aliases: aliases && later ? new Map([...aliases, ...later]) : (later ?? aliases),
    stored: stored.map((each) => each ?? rest.next().value),
  }
}

/** The conversations of addresses that are told together with others for the first time. */
async function otherConversations(
  messages: readonly Message[],
  aliases: ReadonlyMap<Message, KnownAliases> | undefined,
  tools: Tools,
): Promise<ReadonlyMap<Message, Conversation> | undefined> {
  const asked: Message[] = []
  const refs: ConversationRef[] = []
  for (const message of messages) {
    const other = otherAddressOf(message)
    if (other === undefined || !isDirect(message, tools)) continue
    const known = aliases?.get(message)
    if (known?.own || known?.other) continue
    const { tenant, channel, account } = message
    asked.push(message)
    refs.push({ tenant, conversationId: tools.ids.conversation(tenant, channel, account, other) })
  }
  if (refs.length === 0) return undefined
  const found = await tools.directory.conversations(refs)
  return new Map(
    asked.flatMap((message, index) => {
      const conversation = found[index]
      return conversation ? [[message, conversation] as const] : []
    }),
  )
}

/** Where people who are in a group are heard. Asked for what people wrote only. */
async function seatsOf(
  messages: readonly Message[],
  aliases: ReadonlyMap<Message, KnownAliases> | undefined,
  { directory }: Tools,
): Promise<ReadonlyMap<Message, Place> | undefined> {
  const written = messages.filter(({ direction }) => direction === 'inbound')
  if (written.length === 0) return undefined
  const refs = written.map((message) => ({
    tenant: message.tenant,
    participantId: aliases?.get(message)?.own?.participantId ?? message.senderId,
  }))
  const found = await directory.seats(refs)
  return new Map(
    written.flatMap((message, index) => {
      const conversationId = found[index]
      const participantId = refs[index]?.participantId
      if (conversationId === undefined || participantId === undefined) return []
      return [[message, { conversationId, participantId }] as const]
    }),
  )
}

/** To us alone, and not in a group chat of the platform; also when it has followed an alias already. */
const isPersonal = (message: Message, alias: Alias | undefined, tools: Tools): boolean =>
  alias?.conversationId === message.conversationId || isDirect(message, tools)

async function storedConversations(
  messages: readonly Message[],
  { directory }: Pick<Tools, 'directory'>,
): Promise<readonly (Conversation | undefined)[]> {
  const { refs, places } = eachConversation(messages)
  const found = await directory.conversations(refs)
  return places.map((place) => found[place])
}

/** The conversations of a batch, each once, and for each message which of them is its own. */
function eachConversation(messages: readonly Message[]) {
  const refs: ConversationRef[] = []
  const places: number[] = []
  const byTenant = new Map<string, Map<string, number>>()
  for (const message of messages) {
    const { tenant, conversationId } = message
    const byId = byTenant.get(tenant) ?? new Map<string, number>()
    let place = byId.get(conversationId)
    if (place === undefined) {
      place = refs.push(message) - 1
      byId.set(conversationId, place)
      byTenant.set(tenant, byId)
    }
    places.push(place)
  }
  return { refs, places }
}

/** Neither part may hold the separator: tenants are names of ours, and ids are made by us. */
const refOf = ({ tenant, conversationId }: ConversationRef): string =>
  `${tenant}\0${conversationId}`

const isDirect = (message: Message, { ids }: Pick<Tools, 'ids'>): message is Hinted => {
  if (!hasHint(message)) return false
  const { tenant, channel, account, address, conversationId } = message
  return ids.conversation(tenant, channel, account, address) === conversationId
}

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
