import type { PlannedConversation, PlannedMessage } from './plan.ts'

/** A message on its way into the hub. */
export interface Item {
  readonly conversation: PlannedConversation
  readonly message: PlannedMessage
  /** Of a conversation that was created before; null where the person is named instead. */
  readonly conversationId: string | null
}

/** What the hub said about an item. `again`: it may or may not hold it, and is to be asked once more. */
export type ItemAnswer =
  | { readonly kind: 'accepted'; readonly conversationId: string }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }

/** One way in. Answers are in the order of the items; it never throws. */
export interface Sender {
  readonly name: string
  /** Items of one request. */
  readonly most: number
  send(items: readonly Item[]): Promise<readonly ItemAnswer[]>
}

export const again = (why: string): ItemAnswer => ({ kind: 'again', why })
export const refused = (why: string): ItemAnswer => ({ kind: 'refused', why })

/** The request's body: REST and gRPC have the same fields. */
export function requestOf({ conversation, message, conversationId }: Item): object {
  const { messageId, content } = message
  if (conversationId !== null) return { messageId, conversationId, content }
  const [phone] = conversation.phones
  return { messageId, to: { channel: phone?.channel, address: phone?.address }, content }
}
