/** What we give a platform to hand back (callback data, metadata): which attempt of which delivery. */
export interface Echo {
  readonly deliveryId: string
  /** From 1. */
  readonly attempt: number
  /** Where the tables find the delivery; null where its id is too long for a mark, and in marks from before it was told. */
  readonly messageId: string | null
}

/**
 * Longer message ids, in bytes of UTF-8, are not told: a mark has 100 characters. By its own id alone the tables find a
 * delivery only where the mark does not tell its message (migration 0015, which repeats this number).
 */
export const longestEchoedId = 40

export function echoOf(deliveryId: string, attempt: number, messageId: string): string {
  const mark = `${deliveryId}.${attempt}`
  return Buffer.byteLength(messageId) > longestEchoedId ? mark : `${mark}.${messageId}`
}

/** Undefined for text that is not ours: other programs on the same account may use the field too. */
export function readEcho(text: string): Echo | undefined {
  const [, deliveryId, attempt, messageId = null] =
    /^([0-9a-f]{32})\.([1-9]\d{0,8})(?:\.(.{1,40}))?$/s.exec(text) ?? []
  if (deliveryId === undefined || attempt === undefined) return undefined
  return { deliveryId, attempt: Number(attempt), messageId }
}
