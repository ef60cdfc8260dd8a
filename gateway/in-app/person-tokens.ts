import { timingSafeEqual } from 'node:crypto'
import type { Ids } from '../../domain/ids.ts'
import type { Person } from './person.ts'

/** Tokens that are good by themselves, at every gateway: no key, no table, until the second they name. They cannot be taken back. */
export interface PersonTokens {
  token(person: Omit<Person, 'participantId'>): string
  /** Undefined for what we did not make, or what has ended. */
  read(token: string, nowMs: number): Person | undefined
}

export function personTokens(ids: Pick<Ids, 'personToken' | 'participant'>): PersonTokens {
  return {
    token({ tenant, account, address, expiresAtS }) {
      const mac = ids.personToken(tenant, account, address, expiresAtS)
      const texts = [tenant, account, address].map((text) => Buffer.from(text))
      return [String(expiresAtS), ...[...texts, mac].map(encoded)].join('.')
    },

    read(token, nowMs) {
      const [expires = '', ...parts] = token.split('.')
      if (parts.length !== 4 || !/^\d{1,12}$/.test(expires)) return undefined
      const [tenant = '', account = '', address = ''] = parts.map(decoded)
      const expiresAtS = Number(expires)
      const right = Buffer.from(ids.personToken(tenant, account, address, expiresAtS))
      const given = Buffer.from(parts[3] ?? '', 'base64url')
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
      if (expiresAtS * 1_000 <= nowMs) return undefined
      const participantId = ids.participant(tenant, 'in-app', account, address)
      return { tenant, account, address, participantId, expiresAtS }
    },
  }
}

const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const decoded = (text: string): string => Buffer.from(text, 'base64url').toString()
