import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageDetailJson } from '../../gateway/operations/message-json.ts'
import { isCode, isRetryable } from '../../topology/contract/errors.ts'
import type { Api } from './api.ts'

export interface Follow {
  readonly messageId: string
  /** Of the 202 answer: the first look then waits for the tables. */
  readonly position?: string
  /** Milliseconds; no end when absent. */
  readonly timeoutMs?: number
  readonly signal: AbortSignal
  /** Called for every view that differs from the one before; true ends it. */
  onView(view: MessageDetailJson): boolean | Promise<boolean>
  /** The hub cannot be asked for the moment. */
  onTrouble?(error: unknown): void
}

const firstPauseMs = 100
const longestPauseMs = 1_000

/**
 * Looks at a message until `onView` has seen enough: the last view. Undefined when the time is up.
 * With a position, a message that nobody knows yet is one on its way.
 */
export async function followMessage(
  api: Api,
  { messageId, position, timeoutMs, signal, onView, onTrouble }: Follow,
): Promise<MessageDetailJson | undefined> {
  const path = `/v1/messages/${encodeURIComponent(messageId)}`
  const endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs
  let seen = ''
  let pauseMs = firstPauseMs
  for (;;) {
    try {
      const view = await api.call<MessageDetailJson>('GET', path, { query: { position } })
      const now = JSON.stringify(view)
      if (now !== seen) {
        seen = now
        pauseMs = firstPauseMs
        if (await onView(view)) return view
      }
    } catch (error) {
      const isOnItsWay = position !== undefined && seen === '' && isCode(error, 'C4A_NOT_FOUND')
      // The first look is the answer to "is there a hub": only later ones ride out a restart.
      const mayPass = isRetryable(error) && (position !== undefined || seen !== '')
      if (signal.aborted || !(isOnItsWay || mayPass)) throw error
      if (mayPass) onTrouble?.(error)
    }
    const leftMs = endsAt - performance.now()
    if (leftMs <= 0) return undefined
    await sleep(Math.min(pauseMs, leftMs), undefined, { signal })
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)
  }
}
