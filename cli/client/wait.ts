import { isLost, statuses } from '../../domain/status.ts'
import type { DeliveryJson, MessageDetailJson } from '../../gateway/operations/message-json.ts'
import { channelReceipts } from './channel-receipts.ts'

export const rungs = ['sent', 'delivered', 'read'] as const
/** What one can wait for. */
export type Rung = (typeof rungs)[number]

const rankOf = (status: string) => (statuses as readonly string[]).indexOf(status)

/** How a message stands to the rung that is waited for. */
export function standing(status: string, rung: Rung): 'reached' | 'failed' | 'under way' {
  if (isLost(status)) return 'failed'
  return rankOf(status) >= rankOf(rung) ? 'reached' : 'under way'
}

/** Why waiting for the rung on the channel would never end; undefined where it may. */
export function neverComes(channel: string, rung: Rung): string | undefined {
  const reports = channelReceipts(channel)
  if (!reports || reports.includes(rung)) return undefined
  return `${channel} never reports '${rung}', only ${reports.join(' and ')}`
}

/** True when the platforms will tell nothing more, as far as anyone can know. */
export function isSettled({ status, direction, deliveries }: MessageDetailJson): boolean {
  // Nothing was made of it, and nothing will be.
  if (direction === 'inbound' || (deliveries.length === 0 && isLost(status))) return true
  return deliveries.length > 0 && deliveries.every(isAtItsEnd)
}

function isAtItsEnd({ channel, status }: DeliveryJson): boolean {
  if (isLost(status) || status === 'read') return true
  const furthest = rungs.findLast((rung) => channelReceipts(channel)?.includes(rung))
  return furthest !== undefined && rankOf(status) >= rankOf(furthest)
}
