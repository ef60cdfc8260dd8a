/** Record keys. They hold no personal data, because keys outlive erasure. */
export const conversationKey = (tenant: string, conversationId: string): string =>
  `${tenant}/${conversationId}`

export const participantKey = (
  tenant: string,
  conversationId: string,
  participantId: string,
): string => `${tenant}/${conversationId}/${participantId}`

export const webhookKey = (tenant: string, webhookId: string): string => `${tenant}/${webhookId}`

/** One lane for each conversation that an endpoint hears of; what belongs to none shares one. */
export const webhookCallKey = (
  tenant: string,
  webhookId: string,
  conversationId: string | null,
): string => `${tenant}/${webhookId}/${conversationId ?? ''}`

/** Of a person, or of an identity of one. */
export const personKey = (tenant: string, id: string): string => `${tenant}/${id}`
