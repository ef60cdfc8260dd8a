/**
 * A delivery's status is a view over its facts, never a stored truth: the furthest rung any fact
 * reached. Merging facts is commutative and idempotent, so replays, late and repeated webhooks agree.
 *
 * accepted < queued < unknown < sent < delivered < read, and `failed` stands beside: it holds only
 * while no fact says that the message reached the person (WhatsApp can report delivered and failed
 * for one id, from several devices: failed after delivered is a note, not a downgrade).
 */
export const statuses = [
  'accepted',
  'queued',
  'unknown',
  'failed',
  'sent',
  'delivered',
  'read',
] as const
export type Status = (typeof statuses)[number] | 'rejected' | 'received'

/** Rank by receipt kind; `failed` (3) loses against delivered and read, and wins against sent. */
const rungs: Readonly<Record<string, { rank: number; status: Status }>> = {
  held: { rank: 1, status: 'queued' },
  attempted: { rank: 1, status: 'queued' },
  unknown: { rank: 2, status: 'unknown' },
  sent: { rank: 3, status: 'sent' },
  settled: { rank: 3, status: 'sent' },
  failed: { rank: 4, status: 'failed' },
  delivered: { rank: 5, status: 'delivered' },
  read: { rank: 6, status: 'read' },
  played: { rank: 7, status: 'read' },
}

/** 0 for a kind that says nothing about the status. */
export const rankOf = (kind: string): number => rungs[kind]?.rank ?? 0

/** The status of a rank as `rankOf` gives it; rank 0 is `queued` (a delivery exists, nothing happened yet). */
export function statusOfRank(rank: number): Status {
  for (const { rank: each, status } of Object.values(rungs)) if (each === rank) return status
  return 'queued'
}

/** What the fold needs of a delivery. */
export interface RankedDelivery {
  readonly participantId: string
  readonly part: number
  /** Greatest `rankOf` of its facts. */
  readonly rank: number
}

/**
 * A message's status: its least advanced part over all recipients. A part that went out on several
 * channels (a fallback) stands as far as the furthest of them. Undefined without deliveries.
 */
export function foldMessageStatus(deliveries: readonly RankedDelivery[]): Status | undefined {
  const rank = leastRank(deliveries)
  return rank === undefined ? undefined : statusOfRank(rank)
}

/** The rank behind `foldMessageStatus`: deliveries of this rank give the message its reason. */
export function leastRank(deliveries: readonly RankedDelivery[]): number | undefined {
  if (deliveries.length === 0) return undefined
  const furthest = new Map<string, number>()
  for (const { participantId, part, rank } of deliveries) {
    const key = `${part}/${participantId}`
    furthest.set(key, Math.max(furthest.get(key) ?? 0, rank))
  }
  return Math.min(...furthest.values())
}
