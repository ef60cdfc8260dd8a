import { setTimeout as sleep } from 'node:timers/promises'
import type { EventJson } from '../../domain/event-json.ts'
import type { EventPage } from '../../gateway/operations/list-events.ts'
import type { Api } from './api.ts'

/** Where the feed stands now. */
export async function feedPlace(api: Api): Promise<string> {
  const query = { after: 'now', limit: '1' }
  return (await api.call<EventPage>('GET', '/v1/events', { query })).cursor
}

/**
 * What became of a submission whose message id was known already: the event `submission.duplicate`
 * or `submission.rejected`, from the place on. Undefined when none comes in time.
 */
export async function submissionVerdict(
  api: Api,
  submissionId: string,
  { after, timeoutMs, signal }: { after: string; timeoutMs: number; signal: AbortSignal },
): Promise<EventJson | undefined> {
  const endsAt = performance.now() + timeoutMs
  let place = after
  for (;;) {
    const query = { after: place, limit: '1000' }
    const page = await api.call<EventPage>('GET', '/v1/events', { query })
    const found = page.events.find(
      (event) => event.submissionId === submissionId && event.type.startsWith('submission.'),
    )
    if (found || performance.now() > endsAt) return found
    place = page.cursor
    if (!page.more) await sleep(200, undefined, { signal })
  }
}
