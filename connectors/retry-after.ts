import type { HttpAnswer } from './contract.ts'

/** The `Retry-After` header in milliseconds (RFC 9110, section 10.2.3: seconds or a date); undefined without one. */
export function retryAfterMs(headers: HttpAnswer['headers']): number | undefined {
  const { 'retry-after': header = '' } = headers
  const value = header.trim()
  if (value === '') return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const untilMs = Date.parse(value)
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - Date.now())
}
