import type { Answer, RefusalFault } from './serve-send.ts'

/** https://core.telegram.org/bots/api#making-requests */
export const telegramOk = (result: unknown): Answer => ({
  status: 200,
  value: { ok: true, result },
})

export function telegramError(
  error_code: number,
  description: string,
  retryAfter?: number,
): Answer {
  const value =
    retryAfter === undefined
      ? { ok: false, error_code, description }
      : { ok: false, error_code, description, parameters: { retry_after: retryAfter } }
  return { status: error_code, value }
}

/** The scripted faults in Telegram's words, which do not tell a flooded chat from a flooded bot. */
export function telegramFault(fault: RefusalFault, hintSeconds: number): Answer {
  switch (fault) {
    case 'throttle-with-hint':
    case 'throttle-conversation':
      return telegramError(429, `Too Many Requests: retry after ${hintSeconds}`, hintSeconds)
    case 'throttle-without-hint':
      return telegramError(429, 'Too Many Requests')
    case 'chat-migrated':
    case 'version-expired':
    case 'server-error':
      return telegramError(500, 'Internal Server Error')
    case 'token-expired':
      return telegramError(401, 'Unauthorized')
  }
}
