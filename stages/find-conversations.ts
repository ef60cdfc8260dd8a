import type { Alias, Conversation, Message, Recipient } from '../schemas/types.ts'
import type { AddressRef, ConversationRef } from '../storage/ports/directory.ts'
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
}

type Tools = Pick<StageTools, 'directory' | 'directoryCaughtUp' | 'ids'>

/**
 * Two lookups for the whole batch, one more for what people wrote, and another for what was missed; in the order given.
 */
export async function findConversations(
  messages: readonly Message[],
  tools: Tools,
): Promise<readonly Found[]> {
  const [aliases, stored] = await Promise.all([
    aliasesOf(messages, tools),
    storedConversations(messages, tools),
  ])
  const seats = await seatsOf(messages, aliases, tools)
  // In order, so that a conversation made known by one message is known to those after it.
  const fresh = new Map<string, Conversation>()
  return messages.map((message, index) => {
    const alias = aliases?.get(message)
    const seat = seats?.get(message)
    if (
      seat &&
      seat.conversationId !== message.conversationId &&
      isPersonal(message, alias, tools)
    ) {
      return { conversation: undefined, discovered: undefined, rekeyed: rekeyed(message, seat) }
    }
    // A message in a group names its writer's address, and stays in the group.
    if (alias && alias.conversationId !== message.conversationId && isDirect(message, tools)) {
      return { conversation: undefined, discovered: undefined, rekeyed: rekeyed(message, alias) }
    }
    const conversation = stored[index] ?? fresh.get(refOf(message))
    if (conversation) {
      const found = { conversation, discovered: undefined, rekeyed: undefined }
      const isTheirs = alias?.linked && alias.conversationId === message.conversationId
      return isTheirs ? { ...found, identity: identityOf(alias) } : found
    }
    const discovered = directConversation(message, tools)
    if (discovered) fresh.set(refOf(message), discovered)
    return { conversation: discovered, discovered, rekeyed: undefined }
  })
}

type Hinted = Message & AddressRef

/** Few addresses have one, and most batches none. */
async function aliasesOf(
  messages: readonly Message[],
  { directory }: Tools,
): Promise<ReadonlyMap<Message, Alias> | undefined> {
  const hinted = messages.filter(hasHint)
  if (hinted.length === 0) return undefined
  const found = await directory.aliases(hinted)
  let aliases: Map<Message, Alias> | undefined
  for (let index = 0; index < hinted.length; index++) {
    const alias = found[index]
    const message = hinted[index]
    if (!alias || !message) continue
    aliases ??= new Map()
    aliases.set(message, alias)
  }
  return aliases
}

/** Where people who are in a group are heard. Asked for what people wrote only. */
async function seatsOf(
  messages: readonly Message[],
  aliases: ReadonlyMap<Message, Alias> | undefined,
  { directory }: Tools,
): Promise<ReadonlyMap<Message, Place> | undefined> {
  const written = messages.filter(({ direction }) => direction === 'inbound')
  if (written.length === 0) return undefined
  const refs = written.map((message) => ({
    tenant: message.tenant,
    participantId: aliases?.get(message)?.participantId ?? message.senderId,
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

const hasHint = (message: Message): message is Hinted =>
  message.channel !== null && message.account !== null && message.address !== null

/** The directory's tables follow its log: what they do not know may be on its way, so it is asked twice. */
async function storedConversations(
  messages: readonly Message[],
  { directory, directoryCaughtUp }: Tools,
): Promise<readonly (Conversation | undefined)[]> {
  const { refs, places } = eachConversation(messages)
  const found = [...(await directory.conversations(refs))]
  const missing = refs.filter((_, place) => !found[place])
  if (missing.length > 0) {
    await directoryCaughtUp()
    const later = (await directory.conversations(missing)).values()
    for (const place of refs.keys()) found[place] ??= later.next().value
  }
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
    participants: [{ participantId, channel, account, address, displayName: null, joinedAt: null }],
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

/** A conversation, and who somebody is in it. */
type Place = Pick<Alias, 'conversationId' | 'participantId'>

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
  }
}
