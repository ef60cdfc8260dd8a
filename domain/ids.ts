import { createHmac, createSecretKey, hash } from 'node:crypto'
import { shortMac } from './short-mac.ts'

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
  /** Room for the same as bytes. */
  readonly digestRoom: DigestRoom
  /**
   * 32 bytes that sign what is posted to an endpoint. Derived, so that no log and no table holds them, and every process
   * has them; a rotation is the next version.
   */
  webhookSecret(tenant: string, webhookId: string, version: number): Uint8Array
  /** 32 bytes that only we can make: what makes a link to a blob good until it ends, in seconds since 1970 UTC. */
  blobLink(tenant: string, blobId: string, expiresAtS: number): Uint8Array
  /** 32 bytes that only we can make: what makes the token of a person on the in-app channel good until it ends, in seconds since 1970 UTC. */
  personToken(tenant: string, account: string, address: string, expiresAtS: number): Uint8Array
}

/**
 * Where what is digested can be written in place, again and again: a text of many pieces is put together, made flat and encoded
 * before it is hashed, which costs more than the hash.
 */
export interface DigestRoom {
  readonly bytes: Buffer
  /** It begins here. */
  readonly start: number
  /** As `Ids.digest` of the text whose UTF-8 stands up to here. */
  digest(end: number): string
}

export function keyedIds(secret: Uint8Array): Ids {
  // A key object and one update: 2 us, where a key of bytes is imported anew each time for 14 us.
  const key = createSecretKey(secret)
  const mac = (purpose: string, text: string) =>
    createHmac('sha256', key).update(`${purpose}\0${text}`).digest()
  // One block of SHA-256 made of the secret, put before what is digested. Half of the hash is kept, so nobody can
  // append to it (AMAC: Bellare, Bernstein, Tessaro 2016); a third of the time of an HMAC, paid for every message.
  const block = mac('digest block', '').toString('hex')
  const short = shortMac(secret)
  const room = digestRoom(block)

  return {
    conversation: (...parts) => `c_${short('conversation', parts)}`,
    participant: (...parts) => `p_${short('participant', parts)}`,
    digest(canonical) {
      const { bytes, start, digest } = room
      if (start + 3 * canonical.length > bytes.length) {
        return hash('sha256', block + canonical, 'hex').slice(0, 32)
      }
      return digest(start + bytes.write(canonical, start))
    },
    digestRoom: room,
    webhookSecret: (...parts) => mac('webhook secret', parts.join('\0')),
    blobLink: (...parts) => mac('blob link', parts.join('\0')),
    personToken: (...parts) => mac('person token', parts.join('\0')),
  }
}

/** What is longer is rare enough to be put together as text. */
const roomBytes = 4096

function digestRoom(block: string): DigestRoom {
  const bytes = Buffer.alloc(roomBytes)
  const start = bytes.write(block)
  // A view is dearer to make than to keep, and there are no more than lengths.
  const views = new Array<Buffer | undefined>(roomBytes + 1).fill(undefined)
  return {
    bytes,
    start,
    digest(end) {
      const view = views[end] ?? bytes.subarray(0, end)
      views[end] = view
      return hash('sha256', view, 'hex').slice(0, 32)
    },
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
  return hashOf(`delivery\0${tenant}\0${messageId}\0${participantId}\0${part}\0${channel}`)
}

/** The ledger's row that decides whether a scheduled message is let go or was cancelled before: one of the two wins. */
export function releaseIdOf(tenant: string, messageId: string): string {
  return hashOf(`release\0${tenant}\0${messageId}`)
}

/** The ledger's row that decides whether a message goes to its nth other channel or was cancelled before: one of the two wins. */
export function fallbackIdOf(tenant: string, messageId: string, nth: number): string {
  return hashOf(`fallback\0${tenant}\0${messageId}\0${nth}`)
}

/** 128 bits, hex: of what happened, so that the same fact is one event however often it is told. */
export function eventIdOf(...parts: readonly string[]): string {
  return hashOf(`event\0${parts.join('\0')}`)
}

/** Inbound ids carry channel and account, so that no client can claim one beforehand. */
export function inboundMessageId(channel: string, account: string, providerId: string): string {
  return `in:${channel}:${account}:${providerId}`
}

/** The platform's id inside an inbound id of this channel and account; undefined for any other id. */
export function providerIdIn(
  messageId: string,
  channel: string,
  account: string,
): string | undefined {
  const prefix = inboundMessageId(channel, account, '')
  return messageId.startsWith(prefix) ? messageId.slice(prefix.length) : undefined
}

/**
 * 32 hex digits. A record that is read again yields the same one; a webhook that the platform repeats
 * is another submission, even byte for byte, because it came at another time.
 */
export function inboundSubmissionId(
  bodyHash: string,
  index: number,
  nth: number,
  receivedAt: number,
): string {
  return hashOf(`inbound\0${bodyHash}\0${index}\0${nth}\0${receivedAt}`)
}

/** 32 hex digits: of one round of waiting, so that a batch that is done again schedules it once. */
export function timerIdOf(...parts: readonly string[]): string {
  return hashOf(`timer\0${parts.join('\0')}`)
}

const hashOf = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)
