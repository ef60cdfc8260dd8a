/** Names in pipeline.yaml that code outside the stages counts on. */
export const topics = {
  submitted: 'messages.submitted',
  rejected: 'messages.rejected',
  receipts: 'receipts',
  events: 'events',
  keys: 'directory.keys',
  conversations: 'directory.conversations',
  aliases: 'directory.aliases',
  reads: 'directory.reads',
  members: 'directory.members',
  people: 'directory.people',
  identities: 'directory.identities',
} as const

/** The same for webhooks out. A pipeline of one's own may have none of them. */
export const webhookTopics = {
  endpoints: 'directory.webhooks',
  health: 'webhooks.health',
  calls: 'webhooks.calls',
  attempts: 'webhooks.attempts',
} as const

/** What is for people on the in-app channel. A pipeline of one's own may be without. */
export const inAppTopic = 'in-app.items'
