import type { ChannelName } from './settings.ts'

export interface Over {
  /** Whether the whole account is too fast, or only to this one person. */
  readonly scope: 'sender' | 'conversation'
  readonly waitSeconds: number
}

export interface Limits {
  /** Takes one from the allowances; null when there was room. */
  over(channel: ChannelName, account: string, address: string): Over | null
}

interface Allowance {
  readonly perSecond: number
  readonly burst: number
}

/** channels.md, sections 2.11, 3.4, 4.4 and 5.5. */
const published: {
  readonly [channel in ChannelName]: {
    readonly sender: Allowance
    readonly conversation: Allowance | null
  }
} = {
  whatsapp: {
    sender: { perSecond: 80, burst: 80 },
    conversation: { perSecond: 1 / 6, burst: 45 },
  },
  messenger: { sender: { perSecond: 300, burst: 300 }, conversation: null },
  instagram: { sender: { perSecond: 300, burst: 300 }, conversation: null },
  telegram: { sender: { perSecond: 30, burst: 30 }, conversation: { perSecond: 1, burst: 5 } },
}

/** The platforms' published rates as token buckets; `none` has room for everything. */
export function limits(kind: 'none' | 'real', nowMs: () => number): Limits {
  if (kind === 'none') return { over: () => null }
  const buckets = new Map<string, { tokens: number; atMs: number }>()

  /** Seconds until there is room; 0 when there is, and then one is taken. */
  function take(key: string, { perSecond, burst }: Allowance): number {
    const now = nowMs()
    const bucket = buckets.get(key) ?? { tokens: burst, atMs: now }
    buckets.set(key, bucket)
    // Forgetting a full bucket changes nothing, so this bound costs no truth worth keeping.
    if (buckets.size > 100_000) buckets.clear()
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.atMs) / 1000) * perSecond)
    bucket.atMs = now
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perSecond)
    bucket.tokens--
    return 0
  }

  return {
    over(channel, account, address) {
      const { sender, conversation } = published[channel]
      if (conversation) {
        const waitSeconds = take(`${channel} ${account} ${address}`, conversation)
        if (waitSeconds > 0) return { scope: 'conversation', waitSeconds }
      }
      const waitSeconds = take(`${channel} ${account}`, sender)
      return waitSeconds > 0 ? { scope: 'sender', waitSeconds } : null
    },
  }
}
