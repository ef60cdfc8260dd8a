/** How long one exchange may take, milliseconds; `sendTimeoutMs` and `uploadTimeoutMs` of the channel's limits override. */
export function timeoutsOf(limits: Readonly<Record<string, number>>): {
  readonly sendMs: number
  readonly uploadMs: number
} {
  // 30 s: Meta fetches nothing before it answers. An upload carries up to 100 MB.
  const { sendTimeoutMs = 30_000, uploadTimeoutMs = 120_000 } = limits
  return { sendMs: sendTimeoutMs, uploadMs: uploadTimeoutMs }
}
