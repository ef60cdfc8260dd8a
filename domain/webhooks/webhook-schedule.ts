import { timerIdOf } from '../ids.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Waits before the second and each later attempt, as users of Standard Webhooks know them from Svix. */
const webhookWaitsMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  10 * hour,
]

export const webhookAttempts: number = webhookWaitsMs.length + 1

/** The longest that an endpoint's own Retry-After is heeded. */
const longestHintMs = 10 * hour

/**
 * When the attempt after `attempt` (from 1) is due; null when that was the last. Up to a fifth is added, so that all that
 * failed in one second does not come back in one: derived from `seed`, since a repeated decision must be the same.
 * `hintMs` is the endpoint's own wish, and only ever lengthens the wait.
 */
export function nextWebhookAttempt(
  attempt: number,
  nowMs: number,
  seed: string,
  hintMs: number | null,
): number | null {
  const waitMs = webhookWaitsMs[attempt - 1]
  if (waitMs === undefined) return null
  const jitter = (waitMs / 5) * fractionOf(`${seed}\0${attempt}`)
  return Math.round(nowMs + Math.max(waitMs, Math.min(hintMs ?? 0, longestHintMs)) + jitter)
}

const fractionOf = (text: string): number =>
  Number.parseInt(timerIdOf(text).slice(0, 8), 16) / 0x1_0000_0000
