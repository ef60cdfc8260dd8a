/** The window in which an id counts as seen: 24 h for clients, 7 days inbound. Shared by all partitions. */
export interface SeenWindow {
  /**
   * Claims ids, in order; a later claim of the batch sees an earlier one. Durable when it resolves,
   * or at the latest with whatever the caller appends to the log next.
   */
  claim(claims: readonly SeenClaim[], nowMs: number): Promise<readonly SeenVerdict[]>
}

export interface SeenClaim {
  readonly tenant: string
  readonly direction: string
  readonly messageId: string
  readonly submissionId: string
  /** 32 hex digits. */
  readonly digest: string
  /** How long the claim holds, in milliseconds. */
  readonly windowMs: number
}

export type SeenVerdict =
  /** Never seen, or seen from this very submission: a redelivery must pass, or a crash between claim and output loses it. */
  | 'first'
  /** Another submission with the same content. */
  | 'duplicate'
  /** Another submission with other content. */
  | 'reused'
