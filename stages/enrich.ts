import { conversationKey } from '../domain/keys.ts'
import type { Conversation, Message, Participant, Recipient } from '../schemas/types.ts'
import { defineStage, type Emit, type StageSetup } from '../topology/contract/stage.ts'
import { type Found, findConversations } from './find-conversations.ts'
import { rejectionOf } from './rejection.ts'
import type { StageTools } from './tools.ts'

const out = {
  enriched: 'EnrichedMessage',
  received: 'Message',
  rejected: 'Rejection',
  discovered: 'Conversation',
  rekeyed: 'Message',
  aliases: 'Alias',
} as const

/**
 * Adds the people a message goes to. What a person wrote goes out on `received`, once, since everything
 * before was deduplicated; on `enriched` go only messages that have somebody to be delivered to, so
 * that route drops nothing.
 */
export const enrich = defineStage({
  name: 'enrich',
  doc: 'Finds the conversation and its people; follows an alias, and a person into the group where they are heard; makes a direct conversation known when it is first used; learns the names and other addresses of those who write.',
  shape: 'lookup',
  in: { in: 'Message' },
  out,
  options: {},

  create(setup: StageSetup<StageTools>) {
    const { tools, id } = setup
    return {
      shape: 'lookup',
      load(batch) {
        const messages = batch.map(({ value }) => value)
        return findConversations(messages, tools)
      },

      decide({ key, value: message }, found: Found, { nowMs }) {
        const learnt: Emit<typeof out>[] = found.learnt ? [{ to: 'aliases', ...found.learnt }] : []
        if (found.rekeyed) {
          const { tenant, conversationId } = found.rekeyed
          const to = conversationKey(tenant, conversationId)
          return [...learnt, { to: 'rekeyed', key: to, value: found.rekeyed }]
        }
        const inbound = message.direction === 'inbound'
        if (found.isRefused) {
          const value = rejectionOf(message, 'message', id, 'unknown-conversation', notIn, nowMs)
          return [{ to: 'rejected', key, value }]
        }
        const recipients =
          found.identity && !inbound ? [found.identity] : recipientsOf(message, found.conversation)
        if (recipients.length === 0 && !inbound) {
          const value = found.conversation
            ? rejectionOf(message, 'message', id, 'nobody-to-send-to', nobody, nowMs)
            : rejectionOf(message, 'message', id, 'unknown-conversation', unknown, nowMs)
          return [{ to: 'rejected', key, value }]
        }
        const senderName = inbound ? nameOf(message, found.conversation) : null
        const enriched: Emit<typeof out> = {
          to: 'enriched',
          key,
          value: { message, recipients, senderName },
        }
        if (!found.discovered && !inbound) return [enriched]
        const emits = learnt
        if (found.discovered) emits.push({ to: 'discovered', key, value: found.discovered })
        if (inbound) emits.push({ to: 'received', key, value: message })
        if (recipients.length > 0) emits.push(enriched)
        return emits
      },
    }
  },
})

const notIn = 'The person who wrote it is not in the conversation that they named.'
const nobody = 'The conversation has nobody to send to.'
const unknown =
  'There is no such conversation. Create it first, or give `to` in place of conversationId.'

/**
 * What a person writes to us directly is for the client alone; in a group it goes to the others, as far as they were
 * there when it was accepted. Both instants are of gateways' clocks. Who left is not among them any more.
 */
function recipientsOf(
  { senderId, direction, acceptedAt }: Message,
  conversation: Conversation | undefined,
): readonly Recipient[] {
  if (!conversation || (direction === 'inbound' && conversation.kind !== 'group')) return []
  const { createdAt } = conversation
  const isToGet = ({ participantId, joinedAt }: Participant) =>
    participantId !== senderId &&
    (joinedAt === null || joinedAt <= acceptedAt || joinedAt <= createdAt)
  const { participants } = conversation
  // Nearly always it is everybody: then no list is made of them.
  const others = participants.every(isToGet) ? participants : participants.filter(isToGet)
  return others.map(recipientOf)
}

/** As the client calls them, or else as they call themselves. */
const nameOf = ({ senderId, origin }: Message, conversation: Conversation | undefined) =>
  conversation?.participants.find(({ participantId }) => participantId === senderId)?.displayName ??
  origin?.displayName ??
  null

const recipientOf = ({ participantId, channel, account, address }: Participant): Recipient => ({
  participantId,
  channel,
  account,
  address,
})
