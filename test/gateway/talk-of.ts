import type { Conversation } from '../../schemas/types.ts'

/** A group of these people in the app, where `handItems` takes its items from. */
export const talkOf = (...participantIds: readonly string[]): Conversation => ({
  conversationId: 'c_talk',
  tenant: 'default',
  kind: 'group',
  title: null,
  participants: participantIds.map((participantId) => ({
    participantId,
    channel: 'in-app',
    account: 'app',
    address: 'x',
    displayName: null,
    joinedAt: null,
  })),
  createdAt: 1,
  createdBy: 'k',
})
