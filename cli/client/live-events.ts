import { setTimeout as sleep } from 'node:timers/promises'
import type { EventJson } from '../../domain/event-json.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Api } from './api.ts'
import { sseBlocks } from './sse.ts'

export interface LiveEvent {
  readonly event: EventJson
  /** The place behind it. */
  readonly cursor: string
}

export interface LiveOptions {
  /** `now`, `start` or a cursor. */
  readonly from: string
  readonly signal: AbortSignal
  /** Something a person should know: the connection is gone, or there again. */
  note(text: string): void
}

const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * The event feed as it grows, without gaps and without repeats, however often the connection breaks:
 * it goes on behind the last event. Throws when the first connection fails, and later for what
 * waiting cannot cure.
 */
export async function* liveEvents(
  api: Api,
  { from, signal, note }: LiveOptions,
): AsyncGenerator<LiveEvent> {
  // 'now' is another place each time it is said: it is made a cursor once.
  let place = from === 'now' ? await placeOfNow(api) : from
  let pauseMs = 0
  let isBack = false
  for (;;) {
    let why = 'the connection broke'
    try {
      const bytes = await api.stream('/v1/stream', { after: place })
      if (isBack) note('connected again, nothing was missed')
      isBack = true
      for await (const { id, event, data } of sseBlocks(bytes)) {
        if (id) place = id
        pauseMs = 0
        if (data === null) continue
        if (event === 'closed') why = `the hub closed the stream (${reasonIn(data)})`
        else yield { event: JSON.parse(data), cursor: place }
      }
    } catch (error) {
      if (signal.aborted || !isBack) throw error
      if (error instanceof Chat4AllError && !error.retryable) throw error
      if (error instanceof Chat4AllError) why = error.explanation.what
    }
    if (signal.aborted) return
    if (pauseMs === 0) note(`${why}; trying again from the last event`)
    pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, pauseMs * 2))
    await sleep(pauseMs, undefined, { signal })
  }
}

async function placeOfNow(api: Api): Promise<string> {
  const query = { after: 'now', limit: '1' }
  return (await api.call<{ readonly cursor: string }>('GET', '/v1/events', { query })).cursor
}

function reasonIn(data: string): string {
  const { reason } = JSON.parse(data) as { reason?: unknown }
  return typeof reason === 'string' ? reason : 'no reason given'
}
