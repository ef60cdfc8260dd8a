import type { Conversation, Message } from '../schemas/types.ts'
import type { Place } from './joined-addresses.ts'
import type { KnownAliases } from './known-aliases.ts'
import type { StageTools } from './tools.ts'

type Tools = Pick<StageTools, 'directory' | 'directoryCaughtUp' | 'ids'>
type Named = Message & { readonly origin: { readonly conversationId: string } }

/** Whether the person who wrote it said in which conversation. */
export const isNamed = (message: Message): message is Named =>
  message.direction === 'inbound' && message.origin?.conversationId != null

/**
 * Where people are heard who named a conversation: there, if they are in it, by whichever of their addresses. A message without
 * an entry is of somebody who is not: nobody may hear it, the conversation that they are usually heard in no more than the named one.
 */
export async function namedSeats(
  messages: readonly Named[],
  aliases: ReadonlyMap<Message, KnownAliases> | undefined,
  tools: Tools,
): Promise<ReadonlyMap<Message, Place>> {
  const seats = new Map<Message, Place>()
  await look(messages)
  const left = messages.filter((message) => !seats.has(message))
  if (left.length === 0) return seats
  // Somebody may have been let in a moment ago.
  await tools.directoryCaughtUp()
  await look(left)
  return seats

  async function look(some: readonly Named[]): Promise<void> {
    const refs = some.map(({ tenant, origin: { conversationId } }) => ({ tenant, conversationId }))
    const found = await tools.directory.conversations(refs)
    some.forEach((message, index) => {
      const seat = seatOf(message, aliases?.get(message)?.own, found[index], tools)
      if (seat) seats.set(message, seat)
    })
  }
}

function seatOf(
  message: Named,
  alias: KnownAliases['own'],
  conversation: Conversation | undefined,
  { ids }: Tools,
): Place | undefined {
  const { tenant, channel, account, address, senderId } = message
  const { conversationId } = message.origin
  const isThere = conversationId === message.conversationId
  if (isThere) return { conversationId, participantId: senderId }
  const own = ids.conversation(tenant, channel ?? '', account ?? '', address ?? '')
  if (alias && (conversationId === alias.conversationId || conversationId === own)) return alias
  const seat = conversation?.participants.find(
    ({ participantId }) => participantId === senderId || participantId === alias?.participantId,
  )
  return seat && { conversationId, participantId: seat.participantId }
}
