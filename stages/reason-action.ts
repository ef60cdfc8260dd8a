import type { ChannelReason, SendOutcome } from '../connectors/contract.ts'

/**
 * `account`: the whole account waits, since the next message would fare the same, and nothing fails for it.
 * `key`: only this person's lane waits. `fail`: the platform has decided about this message.
 */
export type ReasonAction = 'account' | 'key' | 'fail'

const actions: Readonly<Record<ChannelReason, ReasonAction>> = {
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

/**
 * What the hub does when a platform takes a message not (docs/statuses.md). A restriction
 * that the connector calls refused holds for this person only (WhatsApp 130497): the others go on. One that may
 * pass holds the account.
 */
export function actionOn({
  kind,
  reason,
}: Pick<Extract<SendOutcome, { kind: 'retry' | 'refused' }>, 'kind' | 'reason'>): ReasonAction {
  return kind === 'refused' && reason === 'channel-restricted' ? 'fail' : actions[reason]
}
