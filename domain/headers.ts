/** Names of the headers that every record carries: enough to give the sender of an undecodable record a status. */
export const headerNames = {
  tenant: 'c4a-tenant',
  messageId: 'c4a-message-id',
  submissionId: 'c4a-submission-id',
  conversation: 'c4a-conversation',
  /** Milliseconds since 1970 UTC, decimal. */
  acceptedAt: 'c4a-accepted-at',
  digest: 'c4a-digest',
  traceparent: 'traceparent',
} as const
// c4a-rev, c4a-hop and c4a-replay-id are the engine's own: topology/contract/headers.ts.
