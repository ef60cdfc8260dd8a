/** Names in pipeline.yaml that code outside the stages counts on. */
export const topics = {
  submitted: 'messages.submitted',
  rejected: 'messages.rejected',
  events: 'events',
  keys: 'directory.keys',
  conversations: 'directory.conversations',
  aliases: 'directory.aliases',
} as const
