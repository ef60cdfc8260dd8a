/** Conditions on rows of `message`. `row` is the row's alias, the others are what stands for the two ids. */
export const ofConversation = {
  /**
   * It is of that conversation. The key is what the indexes hold (migration 0014); two conversations may share one.
   */
  isOf: (row: string, tenant: string, conversationId: string): string => `
    conversation_key(${row}.tenant, ${row}.conversation_id) = conversation_key(${tenant}, ${conversationId})
    and ${row}.conversation_id = ${conversationId} and ${row}.tenant = ${tenant}`,
} as const
