import { timingSafeEqual } from 'node:crypto'
import type { Ids } from '../../domain/ids.ts'

/** Whose blob a link is for. */
export interface LinkedBlob {
  readonly tenant: string
  readonly blobId: string
  readonly expiresAtS: number
}

/** Links that are good by themselves: no key, no table, until the second they name. */
export interface BlobLinks {
  /** The last part of the link's path. */
  token(blob: LinkedBlob): string
  /** Undefined for what we did not make, or what has ended. */
  read(token: string, nowMs: number): LinkedBlob | undefined
}

export function blobLinks(ids: Pick<Ids, 'blobLink'>): BlobLinks {
  return {
    token({ tenant, blobId, expiresAtS }) {
      const mac = Buffer.from(ids.blobLink(tenant, blobId, expiresAtS)).toString('base64url')
      return [expiresAtS, Buffer.from(tenant).toString('base64url'), blobId, mac].join('.')
    },

    read(token, nowMs) {
      const [expires = '', owner = '', blobId = '', mac = '', ...rest] = token.split('.')
      if (rest.length > 0 || !/^\d{1,12}$/.test(expires)) return undefined
      const expiresAtS = Number(expires)
      const tenant = Buffer.from(owner, 'base64url').toString()
      const right = Buffer.from(ids.blobLink(tenant, blobId, expiresAtS))
      const given = Buffer.from(mac, 'base64url')
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
      return expiresAtS * 1_000 > nowMs ? { tenant, blobId, expiresAtS } : undefined
    },
  }
}
