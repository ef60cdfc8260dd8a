import type { ChannelReason } from './contract.ts'

/**
 * What a platform's error means for the hub. `retry`: passing, the same request may be taken later.
 * `refused`: the same request would be refused again. `unknown`: it may have been accepted all the same.
 */
export interface Verdict {
  readonly kind: 'retry' | 'refused' | 'unknown'
  readonly reason: ChannelReason
}

/** The verdicts that error tables use. Auth and restriction are `retry`: the queue is held, not failed, until a person acts. */
export const verdicts = {
  throttledSender: { kind: 'retry', reason: 'throttled-sender' },
  throttledConversation: { kind: 'retry', reason: 'throttled-conversation' },
  transient: { kind: 'retry', reason: 'transient' },
  doubtful: { kind: 'unknown', reason: 'transient' },
  channelAuth: { kind: 'retry', reason: 'channel-auth' },
  channelRestricted: { kind: 'retry', reason: 'channel-restricted' },
  windowClosed: { kind: 'refused', reason: 'window-closed' },
  recipientGone: { kind: 'refused', reason: 'recipient-gone' },
  recipientMoved: { kind: 'refused', reason: 'recipient-moved' },
  optedOut: { kind: 'refused', reason: 'opted-out' },
  contentRejected: { kind: 'refused', reason: 'content-rejected' },
  // The platform could not fetch our link. It would fail again, and hold up the conversation meanwhile.
  mediaUnreachable: { kind: 'refused', reason: 'media-unreachable' },
  // One recipient is out of bounds for the account; others are not, so the account goes on.
  restrictedHere: { kind: 'refused', reason: 'channel-restricted' },
} as const satisfies Readonly<Record<string, Verdict>>
