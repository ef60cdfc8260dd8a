import type { Outbound } from '../contract.ts'
import { midOf } from './mid-of.ts'

interface SenderAction {
  readonly recipient: { readonly id: string }
  readonly sender_action: string
  readonly payload?: object
}

/**
 * The body of a `sender_action`, which is a call of its own: what is done to a message or to the conversation and makes no
 * message. Undefined for content that does make one.
 */
export function senderAction(
  { address, content, replyTo }: Outbound,
  reactionOf: (emoji: string) => string,
): SenderAction | undefined {
  const recipient = { id: address }
  switch (content.type) {
    case 'typing':
      return { recipient, sender_action: 'typing_on' }
    case 'read':
      return { recipient, sender_action: 'mark_seen' }
    case 'reaction': {
      const { emoji } = content
      const about = replyTo === undefined ? undefined : midOf(replyTo)
      const payload = { message_id: about, ...(emoji && { reaction: reactionOf(emoji) }) }
      return { recipient, sender_action: emoji ? 'react' : 'unreact', payload }
    }
    default:
      return undefined
  }
}
