/** A stage, what it reads of a message that a client sent, and what it writes. */
export interface Hop {
  readonly stage: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Whom it asks while a batch waits. A stage that asks nobody must keep up with a copy loop. */
  readonly asks?: string
  /** The stage that it waits for when it meets somebody new. */
  readonly beside?: string
}

const deliveries = 'deliveries.whatsapp'

/** Those that only decide, so that they can do the same records again. */
export const decidingHops: readonly Hop[] = [
  { stage: 'validate', from: ['messages.submitted'], to: ['messages.validated'] },
  { stage: 'dedup', from: ['messages.validated'], to: ['messages.unique'], asks: 'Redis' },
  {
    stage: 'enrich',
    from: ['messages.unique'],
    to: ['messages.enriched'],
    asks: 'PostgreSQL',
    beside: 'directory',
  },
  { stage: 'route', from: ['messages.enriched'], to: [deliveries] },
]

/** Those that act: what they did once is done. */
export const actingHops: readonly Hop[] = [
  { stage: 'deliver.whatsapp', from: [deliveries], to: ['receipts'] },
  {
    stage: 'status-update',
    from: ['messages.submitted', 'messages.received', 'messages.rejected', deliveries, 'receipts'],
    to: ['events'],
  },
  { stage: 'notify', from: ['events'], to: ['webhooks.calls'] },
]

/** What platforms post. */
export const inboundHop: Hop = {
  stage: 'normalize',
  from: ['inbound.telegram'],
  to: ['messages.written'],
}
