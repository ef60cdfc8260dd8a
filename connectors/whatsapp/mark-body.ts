import type { Outbound } from '../contract.ts'

/**
 * The body that marks the person's message as read, for the same path as a message. Typing is shown only together with it,
 * and until the answer comes or for 25 seconds. Undefined for content that is no such mark.
 */
export function markBody({ content, replyTo }: Outbound): object | undefined {
  if (content.type !== 'read' && content.type !== 'typing') return undefined
  return {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: replyTo,
    ...(content.type === 'typing' && { typing_indicator: { type: 'text' } }),
  }
}
