import type { Message } from '../schemas/types.ts'

/** The other address of who wrote to us directly, where the platform told one. */
export function otherAddressOf({ origin, direction }: Message): string | undefined {
  if (origin === null || direction !== 'inbound' || origin.chat !== null) return undefined
  return origin.otherAddress ?? undefined
}
