import { createHash, createHmac } from 'node:crypto'

/**
 * Derivations of ids. They are pure: any gateway or stage with the same secret derives the same id
 * alone, and a replay derives it again. The secret keeps addresses from being guessed back out of ids
 * and collisions from being crafted.
 */
export interface Ids {
  /** Of a direct conversation: `c_` and 22 characters of base64url (128 bits). */
  conversation(tenant: string, channel: string, account: string, address: string): string
  /** Of a person on a channel: `p_` and 22 characters. */
  participant(tenant: string, channel: string, account: string, address: string): string
  /** 32 hex digits over the client's fields in canonical form: equal digests, equal requests. */
  digest(canonical: string): string
}

export function keyedIds(secret: Uint8Array): Ids {
  const mac = (purpose: string, text: string) =>
    createHmac('sha256', secret).update(purpose).update('\0').update(text).digest()
  const short = (purpose: string, parts: readonly string[]) =>
    mac(purpose, parts.join('\0')).subarray(0, 16).toString('base64url')

  return {
    conversation: (...parts) => `c_${short('conversation', parts)}`,
    participant: (...parts) => `p_${short('participant', parts)}`,
    digest: (canonical) => mac('digest', canonical).subarray(0, 16).toString('hex'),
  }
}

/** 128 bits, hex: of (message, participant, part, channel), so that a replay yields the same one. */
export function deliveryIdOf(
  tenant: string,
  messageId: string,
  participantId: string,
  part: number,
  channel: string,
): string {
  return hashOf(['delivery', tenant, messageId, participantId, String(part), channel])
}

/** 128 bits, hex: of what happened, so that the same fact is one event however often it is told. */
export function eventIdOf(...parts: readonly string[]): string {
  return hashOf(['event', ...parts])
}

/** Inbound ids carry channel and account, so that no client can claim one beforehand. */
export function inboundMessageId(channel: string, account: string, providerId: string): string {
  return `in:${channel}:${account}:${providerId}`
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)
}
