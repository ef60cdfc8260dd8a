import { hash } from 'argon2'
import type { Ids } from '../../domain/ids.ts'
import { instant } from '../../domain/instant.ts'
import type { ApiKey } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { mintApiKey } from '../auth/api-key.ts'
import { type Caller, isRoot } from '../auth/caller.ts'
import type { KeyRing } from '../auth/key-ring.ts'
import type { Role } from '../auth/roles.ts'
import type { GatewayTools } from '../tools.ts'
import { appendOrFail } from './append-or-fail.ts'

/** A key as the API shows it: never its secret or its hash. */
export interface KeyJson {
  readonly keyId: string
  readonly tenant: string
  readonly name: string
  readonly role: string
  readonly createdAt: string
  readonly revokedAt?: string | undefined
}

export interface KeyRequest {
  readonly name: string
  readonly role: Role
  readonly tenant?: string
}

export interface Keys {
  /** The one time that the key's text is shown. Throws C4A_FORBIDDEN for another tenant's. */
  create(request: KeyRequest, caller: Caller): Promise<KeyJson & { readonly key: string }>
  list(caller: Caller): readonly KeyJson[]
  /** Takes effect here at once, and within seconds on every gateway. Throws C4A_NOT_FOUND. */
  revoke(keyId: string, caller: Caller): Promise<KeyJson>
}

type KeyTools = Pick<GatewayTools, 'broker' | 'codec' | 'clock' | 'topics'> & { readonly ids: Ids }

export function keyOperations(tools: KeyTools, ring: KeyRing): Keys {
  const { broker, codec, clock, ids, topics } = tools

  async function store(key: ApiKey): Promise<void> {
    const value = codec.encode('ApiKey', key)
    const headers = { 'c4a-tenant': key.tenant }
    const record = { topic: topics.keys, key: `${key.tenant}/${key.keyId}`, value, headers }
    const [position] = await appendOrFail(broker, [record])
    // The ring learns from the log only, so that what it knows never runs ahead and falls back again.
    await ring.reached(position)
  }

  return {
    async create({ name, role, tenant = '' }, caller) {
      const owner = tenant === '' ? caller.tenant : tenant
      if (owner !== caller.tenant && !isRoot(caller)) throw notYours(owner)
      const { keyId, secret, text } = mintApiKey(ids)
      const key: ApiKey = {
        tenant: owner,
        keyId,
        name,
        role,
        hash: await hash(secret),
        createdAt: clock.now(),
        revokedAt: null,
      }
      await store(key)
      return { ...keyJson(key), key: text }
    },

    list: (caller) => ring.list(isRoot(caller) ? undefined : caller.tenant).map(keyJson),

    async revoke(keyId, caller) {
      const key = ring.get(keyId)
      if (key === undefined || (key.tenant !== caller.tenant && !isRoot(caller))) throw none(keyId)
      if (key.revokedAt !== null) return keyJson(key)
      const revoked: ApiKey = { ...key, revokedAt: clock.now() }
      await store(revoked)
      return keyJson(revoked)
    },
  }
}

function keyJson({ keyId, tenant, name, role, createdAt, revokedAt }: ApiKey): KeyJson {
  return {
    keyId,
    tenant,
    name,
    role,
    createdAt: instant(createdAt),
    revokedAt: revokedAt === null ? undefined : instant(revokedAt),
  }
}

function notYours(tenant: string): Chat4AllError {
  return new Chat4AllError('C4A_FORBIDDEN', {
    what: `No key can be made for tenant '${tenant}'`,
    why: 'it is not yours, and only the bootstrap key makes keys for any tenant',
    todo: 'Leave `tenant` out',
  })
}

function none(keyId: string): Chat4AllError {
  return new Chat4AllError('C4A_NOT_FOUND', {
    what: `No key '${keyId}' is known`,
    why: 'your tenant has none of that id',
    todo: 'See GET /v1/keys',
  })
}
