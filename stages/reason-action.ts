import type { ChannelReason } from '../connectors/contract.ts'

/**
 * What the hub does when a platform takes a message not, by reason (channels.md, section 6). `account`:
 * the whole account waits, since the next message would fare the same, and nothing fails for it. `key`:
 * only this person's lane waits. `fail`: the platform has decided about this message.
 */
export const reasonActions: Readonly<Record<ChannelReason, 'account' | 'key' | 'fail'>> = {
  'throttled-sender': 'account',
  'channel-auth': 'account',
  'channel-restricted': 'account',
  'throttled-conversation': 'key',
  transient: 'key',
  'window-closed': 'fail',
  'recipient-gone': 'fail',
  'opted-out': 'fail',
  'content-rejected': 'fail',
  'media-unreachable': 'fail',
  'recipient-moved': 'fail',
}
