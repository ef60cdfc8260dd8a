import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Ids } from '../../domain/ids.ts'

/** A key as its holder has it: `c4a_<keyId>_<secret>`. */
export interface ApiKeyText {
  readonly keyId: string
  readonly secret: string
}

const form = /^c4a_([A-Za-z0-9]{4,32})_([A-Za-z0-9]{24,128})$/
const checkLength = 12

/** Undefined for text that is no key of ours by its form. */
export function readApiKey(text: string): ApiKeyText | undefined {
  const parts = form.exec(text)
  const [, keyId, secret] = parts ?? []
  return keyId !== undefined && secret !== undefined ? { keyId, secret } : undefined
}

/** A new key: 192 random bits and 48 check bits. */
export function mintApiKey(ids: Ids): ApiKeyText & { readonly text: string } {
  const keyId = randomBytes(8).toString('hex')
  const random = randomBytes(24).toString('hex')
  const secret = random + checkOf(ids, keyId, random)
  return { keyId, secret, text: `c4a_${keyId}_${secret}` }
}

/**
 * True when the secret ends with the check digits that only this hub can write. Guesses fail here,
 * for a few microseconds, so that a flood of them never reaches argon2.
 */
export function isMintedHere(ids: Ids, { keyId, secret }: ApiKeyText): boolean {
  const random = secret.slice(0, -checkLength)
  const given = Buffer.from(secret.slice(-checkLength))
  return timingSafeEqual(given, Buffer.from(checkOf(ids, keyId, random)))
}

function checkOf(ids: Ids, keyId: string, random: string): string {
  return ids.digest(`api-key\0${keyId}\0${random}`).slice(0, checkLength)
}
