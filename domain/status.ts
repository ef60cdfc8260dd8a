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
