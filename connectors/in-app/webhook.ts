import type { WebhookItem } from '../contract.ts'

/** Nobody posts for this channel: what people write comes over sockets, and the gateway that holds them writes the items. */
export const verifyInApp = (): boolean => false

export const handshake = (): null => null

export const splitInApp = (): readonly WebhookItem[] => []
