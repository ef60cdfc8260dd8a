import type { Conversation, Message } from '../schemas/types.ts'
import type { ConversationRef } from '../storage/ports/directory.ts'
import { isDirect } from './is-direct.ts'
import type { Place } from './joined-addresses.ts'
import { type KnownAliases, knownAliases } from './known-aliases.ts'
import { isNamed, namedSeats } from './named-seats.ts'
import { otherAddressOf } from './other-address-of.ts'
import type { StageTools } from './tools.ts'

type Tools = Pick<StageTools, 'directory' | 'directoryCaughtUp' | 'ids'>

/** What the directory has of a batch: of each message by itself, or by its place in the batch. */
export interface DirectoryFacts {
  readonly aliases: ReadonlyMap<Message, KnownAliases> | undefined
  readonly stored: readonly (Conversation | undefined)[]
  /** Where the people who wrote are heard. One who named a conversation and has no entry is not in it. */
  readonly seats: ReadonlyMap<Message, Place> | undefined
  /** The conversations of the other addresses that are told for the first time. */
  readonly others: ReadonlyMap<Message, Conversation> | undefined
}

/** Two lookups for the whole batch, one more for what people wrote, and others for what was missed or is new. */
export async function directoryFacts(
  messages: readonly Message[],
  tools: Tools,
): Promise<DirectoryFacts> {
  const { aliases, stored } = await lookedUp(messages, tools)
  const [seats, others] = await Promise.all([
    seatsOf(messages, aliases, tools),
    otherConversations(messages, aliases, tools),
  ])
  return { aliases, stored, seats, others }
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

/** Where people are heard: where they say, or in the group that they joined last. Asked for what people wrote only. */
async function seatsOf(
  messages: readonly Message[],
  aliases: ReadonlyMap<Message, KnownAliases> | undefined,
  tools: Tools,
): Promise<ReadonlyMap<Message, Place> | undefined> {
  const written = messages.filter(({ direction }) => direction === 'inbound')
  if (written.length === 0) return undefined
  const named = written.filter(isNamed)
  if (named.length === 0) return groupSeats(written, aliases, tools)
  const others = written.filter((message) => !isNamed(message))
  const [there, usual] = await Promise.all([
    namedSeats(named, aliases, tools),
    groupSeats(others, aliases, tools),
  ])
  return new Map([...there, ...usual])
}

async function groupSeats(
  written: readonly Message[],
  aliases: ReadonlyMap<Message, KnownAliases> | undefined,
  { directory }: Tools,
): Promise<ReadonlyMap<Message, Place>> {
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
