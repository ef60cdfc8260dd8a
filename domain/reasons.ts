/**
 * Why something failed, waits or is not known: the short canonical list that the engine acts on and
 * the API answers. Each connector maps its platform's errors to these once (channels.md, section 6).
 */
export const channelReasons = [
  'throttled-sender',
  'throttled-conversation',
  'transient',
  'window-closed',
  'recipient-gone',
  'opted-out',
  'content-rejected',
  'media-unreachable',
  'channel-auth',
  'channel-restricted',
  'recipient-moved',
] as const
export type ChannelReason = (typeof channelReasons)[number]

/** Reasons that the hub itself gives. */
const hubReasons = [
  'invalid-message',
  'invalid-content',
  'expired',
  'cancelled',
  'duplicate',
  'id-reused',
  'unknown-conversation',
  'nobody-to-send-to',
  'unknown-account',
  'channel-not-served',
  'kind-not-served',
  'no-answer',
  'fallen-back',
  'undecodable',
  'internal',
] as const
export type HubReason = (typeof hubReasons)[number]
