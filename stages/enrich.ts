import { conversationKey } from '../domain/keys.ts'
import type {
  Conversation,
  EnrichedMessage,
  Message,
  Participant,
  Recipient,
} from '../schemas/types.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { type Found, findConversations } from './find-conversations.ts'
import { rejectionOf } from './rejection.ts'
import type { StageTools } from './tools.ts'

/**
 * Adds the people a message goes to. What a person wrote goes out on `received`, once, since everything
 * before was deduplicated; on `enriched` go only messages that have somebody to be delivered to, so
 * that route drops nothing.
 */
export const enrich = defineStage({
  name: 'enrich',
  doc: 'Finds the conversation and its people; follows an alias once; makes a direct conversation known when it is first used.',
  shape: 'lookup',
  in: { in: 'Message' },
  out: {
    enriched: 'EnrichedMessage',
    received: 'Message',
    rejected: 'Rejection',
    discovered: 'Conversation',
    rekeyed: 'Message',
  },
  options: {},

  create(setup: StageSetup<StageTools>) {
    const { tools, id } = setup
    return {
      shape: 'lookup',
      load: (batch) =>
        findConversations(
          batch.map(({ value }) => value),
          tools,
        ),

      decide({ key, value: message }, found: Found, { nowMs }) {
        if (found.rekeyed) {
          const { tenant, conversationId } = found.rekeyed
          return [
            { to: 'rekeyed', key: conversationKey(tenant, conversationId), value: found.rekeyed },
          ]
        }
        const inbound = message.direction === 'inbound'
        const recipients = recipientsOf(message, found.conversation)
        const discovered = found.discovered
          ? [{ to: 'discovered', key, value: found.discovered } as const]
          : []
        const received = inbound ? [{ to: 'received', key, value: message } as const] : []
        if (recipients.length > 0) {
          const value: EnrichedMessage = { message, recipients }
          return [...discovered, ...received, { to: 'enriched', key, value }]
        }
        if (inbound) return [...discovered, ...received]
        const value = found.conversation
          ? rejectionOf(message, 'message', id, 'nobody-to-send-to', nobody, nowMs)
          : rejectionOf(message, 'message', id, 'unknown-conversation', unknown, nowMs)
        return [{ to: 'rejected', key, value }]
      },
    }
  },
})

const nobody = 'The conversation has nobody to send to.'
const unknown =
  'There is no such conversation. Create it first, or give `to` in place of conversationId.'

/** What a person writes to us directly is for the client alone; in a group it goes to the others. */
function recipientsOf(
  { senderId, direction }: Message,
  conversation: Conversation | undefined,
): readonly Recipient[] {
  if (!conversation || (direction === 'inbound' && conversation.kind !== 'group')) return []
  return conversation.participants
    .filter(({ participantId }) => participantId !== senderId)
    .map(recipientOf)
}

const recipientOf = ({ participantId, channel, account, address }: Participant): Recipient => ({
  participantId,
  channel,
  account,
  address,
})
