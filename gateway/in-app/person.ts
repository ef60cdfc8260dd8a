/** Somebody on the in-app channel, once their token was found good. */
export interface Person {
  readonly tenant: string
  /** Our account on the channel, by the name that the hub gives it. */
  readonly account: string
  /** Canonical form. */
  readonly address: string
  readonly participantId: string
  readonly expiresAtS: number
}
