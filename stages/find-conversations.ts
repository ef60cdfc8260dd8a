import type { Alias, Conversation, Message } from '../schemas/types.ts'
import type { AddressRef, ConversationRef } from '../storage/ports/directory.ts'
import type { StageTools } from './tools.ts'

/** What the directory knows about one message. */
export interface Found {
  /** Undefined when there is none. */
  readonly conversation: Conversation | undefined
  /** Set on the message that makes the conversation known: the conversation, to be written down. */
  readonly discovered: Conversation | undefined
  /** Set when the address belongs to another conversation: the message as that conversation's. */
  readonly rekeyed: Message | undefined
}

type Tools = Pick<StageTools, 'directory' | 'directoryCaughtUp' | 'ids'>

/** Two lookups for the whole batch, and a third for what was missed; in the order given. */
export async function findConversations(
  messages: readonly Message[],
  tools: Tools,
): Promise<readonly Found[]> {
  const [aliases, known] = await Promise.all([
    aliasesOf(messages, tools),
    knownConversations(messages, tools),
  ])
  // In order, so that a conversation made known by one message is known to those after it.
  return messages.map((message, index) => {
    const alias = aliases[index]
    // A message in a group names its writer's address, and stays in the group.
    if (alias && alias.conversationId !== message.conversationId && isDirect(message, tools)) {
      return { conversation: undefined, discovered: undefined, rekeyed: rekeyed(message, alias) }
    }
    const ref = refOf(message)
    const conversation = known.get(ref)
    if (conversation) return { conversation, discovered: undefined, rekeyed: undefined }
    const discovered = directConversation(message, tools)
    if (discovered) known.set(ref, discovered)
    return { conversation: discovered, discovered, rekeyed: undefined }
  })
}

async function aliasesOf(
  messages: readonly Message[],
  { directory }: Tools,
): Promise<readonly (Alias | undefined)[]> {
  const refs: AddressRef[] = []
  for (const { tenant, channel, account, address } of messages) {
    if (channel === null || account === null || address === null) continue
    refs.push({ tenant, channel, account, address })
  }
  const found = refs.length > 0 ? (await directory.aliases(refs)).values() : [].values()
  return messages.map((message) => (hasHint(message) ? found.next().value : undefined))
}

const hasHint = ({ channel, account, address }: Message): boolean =>
  channel !== null && account !== null && address !== null

/** The directory's tables follow its log: what they do not know may be on its way, so it is asked twice. */
async function knownConversations(
  messages: readonly Message[],
  { directory, directoryCaughtUp }: Tools,
): Promise<Map<string, Conversation>> {
  const known = new Map<string, Conversation>()
  const ask = async (refs: readonly ConversationRef[]) => {
    const found = await directory.conversations(refs)
    for (const conversation of found) if (conversation) known.set(refOf(conversation), conversation)
    return refs.filter((_, index) => !found[index])
  }
  const wanted = new Map(
    messages.map(({ tenant, conversationId }) => [
      refOf({ tenant, conversationId }),
      { tenant, conversationId },
    ]),
  )
  const missing = await ask([...wanted.values()])
  if (missing.length > 0) {
    await directoryCaughtUp()
    await ask(missing)
  }
  return known
}

/** Neither part may hold the separator: tenants are names of ours, and ids are made by us. */
const refOf = ({ tenant, conversationId }: ConversationRef): string =>
  `${tenant}\0${conversationId}`

const isDirect = (message: Message, { ids }: Pick<Tools, 'ids'>): boolean => {
  const { tenant, channel, account, address, conversationId } = message
  if (channel === null || account === null || address === null) return false
  return ids.conversation(tenant, channel, account, address) === conversationId
}

/** Of the address the message names, if that is what its conversation's id was derived from. */
function directConversation(
  message: Message,
  { ids }: Pick<Tools, 'ids'>,
): Conversation | undefined {
  const { tenant, channel, account, address, conversationId } = message
  if (channel === null || account === null || address === null) return undefined
  if (!isDirect(message, { ids })) return undefined
  const participantId = ids.participant(tenant, channel, account, address)
  return {
    tenant,
    conversationId,
    kind: 'direct',
    title: null,
    participants: [{ participantId, channel, account, address, displayName: null }],
    createdAt: message.acceptedAt,
    createdBy: message.direction === 'inbound' ? 'inbound' : message.senderId,
  }
}

function rekeyed(message: Message, { conversationId, participantId }: Alias): Message {
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
    replyTo: message.replyTo,
    providerMessageId: message.providerMessageId,
    metadata: message.metadata,
    digest: message.digest,
    contentKind: message.contentKind,
    content: message.content,
    seal: message.seal,
  }
}
