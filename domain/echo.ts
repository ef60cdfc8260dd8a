/** What we give a platform to hand back (callback data, metadata): which attempt of which delivery. */
export interface Echo {
  readonly deliveryId: string
  /** From 1. */
  readonly attempt: number
}

export const echoOf = (deliveryId: string, attempt: number): string => `${deliveryId}.${attempt}`

/** Undefined for text that is not ours: other programs on the same account may use the field too. */
export function readEcho(text: string): Echo | undefined {
  const [, deliveryId, attempt] = /^([0-9a-f]{32})\.([1-9]\d{0,8})$/.exec(text) ?? []
  if (deliveryId === undefined || attempt === undefined) return undefined
  return { deliveryId, attempt: Number(attempt) }
}
