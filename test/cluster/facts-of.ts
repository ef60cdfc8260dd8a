import type { HubApi } from '../chaos/hub-api.ts'

/** Something that the hub knows of a message or of one of its deliveries. */
export interface Fact {
  readonly kind: string
  readonly reason?: string
  readonly attempt: number
  /** When it came to know, since 1970, milliseconds. */
  readonly atMs: number
}

interface Told {
  readonly history: readonly (Omit<Fact, 'atMs'> & { readonly observedAt: string })[]
}

/** The hub's history of a message and its deliveries, in the order of time. Rejects when it does not answer. */
export async function factsOf(api: HubApi, messageId: string): Promise<readonly Fact[]> {
  const { status, body } = await api.get(`/v1/messages/${encodeURIComponent(messageId)}`)
  if (status !== 200) throw new Error(`${messageId} answered ${status}: ${JSON.stringify(body)}`)
  const message = body as Told & { readonly deliveries: readonly Told[] }
  return [message, ...message.deliveries]
    .flatMap(({ history }) => history)
    .map(({ kind, reason, attempt, observedAt }) => ({
      kind,
      ...(reason !== undefined && { reason }),
      attempt,
      atMs: Date.parse(observedAt),
    }))
    .sort((a, b) => a.atMs - b.atMs)
}
