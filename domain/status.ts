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
export type Status =
  | (typeof statuses)[number]
  | 'rejected'
  | 'received'
  | 'scheduled'
  | 'expired'
  | 'cancelled'

/** Rank by receipt kind; `failed` loses against delivered and read, and wins against sent. */
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

/**
 * A failure or rejection by the hub's own clock or the sender's own wish has a name of its own: nothing went wrong. Its
 * rank is that of `failed`.
 */
export function namedStatus(status: Status, reason: string | null): Status {
  if (status !== 'failed' && status !== 'rejected') return status
  return reason === 'expired' || reason === 'cancelled' ? reason : status
}

/** Statuses behind which nothing more is tried. */
export const isLost = (status: string): boolean => lost.has(status)
const lost: ReadonlySet<string> = new Set(['failed', 'rejected', 'expired', 'cancelled'])

/** What the fold needs of a delivery. */
export interface RankedDelivery {
  readonly participantId: string
  readonly channel: string
  readonly part: number
  /** Greatest `rankOf` of its facts. */
  readonly rank: number
}

/**
 * The rank of a message's status, and of the deliveries that give it its reason: its least advanced part over all recipients,
 * each on the channel that got furthest, in this order: accepted, queued, unknown, failed, sent, delivered, read. So a message
 * that failed for one of its people says so, but not while another part is still on its way. On each channel a person's least
 * advanced part counts; a long text has more parts on one channel than on another. Undefined without deliveries.
 */
export function leastRank(deliveries: readonly RankedDelivery[]): number | undefined {
  const byPerson = new Map<string, Map<string, number>>()
  for (const { participantId, channel, rank } of deliveries) {
    const ofPerson = byPerson.get(participantId) ?? new Map<string, number>()
    byPerson.set(participantId, ofPerson)
    ofPerson.set(channel, lesserOf(rank, ofPerson.get(channel)))
  }
  let least: number | undefined
  for (const ofPerson of byPerson.values()) least = lesserOf(bestOf([...ofPerson.values()]), least)
  return least
}

const failedRank = rankOf('failed')

/** What goes out on several channels (a fallback) has failed only when it failed on all of them. */
const bestOf = (ranks: readonly number[]): number =>
  ranks.reduce((a, b) => (a === failedRank ? b : b === failedRank ? a : Math.max(a, b)))

const lesserOf = (a: number, b: number | undefined): number =>
  b === undefined || advanceOf(a) < advanceOf(b) ? a : b

/** Between deliveries a failure is less than any success, though for one delivery it outweighs `sent`. */
const advanceOf = (rank: number): number => (rank === failedRank ? rankOf('sent') - 0.5 : rank)
