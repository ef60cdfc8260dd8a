/** Record keys. They hold no personal data, because keys outlive erasure. */
export const conversationKey = (tenant: string, conversationId: string): string =>
  `${tenant}/${conversationId}`

export const participantKey = (
  tenant: string,
  conversationId: string,
  participantId: string,
): string => `${tenant}/${conversationId}/${participantId}`
