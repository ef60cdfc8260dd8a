import { hash as digestOf, timingSafeEqual } from 'node:crypto'
import { verify as argon2Verify } from 'argon2'
import { LRUCache } from 'lru-cache'
import type { Ids } from '../../domain/ids.ts'
import type { ApiKey } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { type ApiKeyText, isMintedHere, readApiKey } from './api-key.ts'
import type { Caller } from './caller.ts'
import type { KeyRing } from './key-ring.ts'
import { isRole } from './roles.ts'

/** Tells who holds a key. */
export interface Authenticator {
  /**
   * The caller at once where the key was seen good before, else undefined: ask `authenticate`. A connection keeps what was good
   * on it last, since most show the same key again and again.
   */
  known(authorization: string | undefined, connection: Connection): Caller | undefined
  /** Throws C4A_UNAUTHENTICATED, C4A_TOO_MANY_REQUESTS, or C4A_UNAVAILABLE while the keys are not read yet. */
  authenticate(authorization: string | undefined): Promise<Caller>
}

/** Whatever lives as long as the connection that a request came by. */
export type Connection = object & { [shown]?: Shown }

const shown = Symbol('shown')
interface Shown {
  readonly authorization: string
  readonly found: Remembered
}

interface Remembered {
  readonly caller: Caller
  /** Null for the bootstrap key. The ring replaces the object when the key changes. */
  readonly key: ApiKey | null
}

interface AuthenticatorOptions {
  readonly ids: Ids
  readonly ring: Pick<KeyRing, 'get' | 'isLoaded'>
  readonly bootstrap: { readonly key: string; readonly tenant: string } | null
  readonly onFailure: (why: string) => void
  /** argon2's, unless a test counts its calls. */
  readonly verify?: (hash: string, secret: string) => Promise<boolean>
}

// argon2id takes some 30 ms of a core and 64 MiB: two at a time leave room for the work itself.
const atOnce = 2
const queueLength = 64

export function authenticator({
  ids,
  ring,
  bootstrap,
  onFailure,
  verify = argon2Verify,
}: AuthenticatorOptions): Authenticator {
  const remembered = new LRUCache<string, Remembered>({ max: 10_000 })
  const bootstrapDigest = bootstrap === null ? null : sha256(bootstrap.key)
  const hashing = turnstile(atOnce, queueLength)

  function known(authorization: string | undefined, connection: Connection): Caller | undefined {
    if (authorization === undefined) return undefined
    const last = connection[shown]
    const isLast = last !== undefined && alike(last.authorization, authorization)
    const found = isLast ? last.found : remembered.get(sha256(authorization))
    if (found === undefined) return undefined
    if (!isLast) connection[shown] = { authorization, found }
    // A revoked or changed key is another object in the ring, so nothing remembered outlives it.
    if (found.key !== null && ring.get(found.key.keyId) !== found.key) return undefined
    return found.caller
  }

  async function authenticate(authorization: string | undefined): Promise<Caller> {
    const caller = known(authorization, {})
    if (caller !== undefined) return caller
    if (authorization === undefined) throw refused('missing', 'the request carries none')

    const text = /^Bearer +(.+)$/i.exec(authorization)?.[1]
    if (text === undefined) {
      throw refused('malformed', "the header is not of the form 'Bearer c4a_<keyId>_<secret>'")
    }
    if (
      bootstrap !== null &&
      bootstrapDigest !== null &&
      same(sha256(utf8(text)), bootstrapDigest)
    ) {
      const admin: Caller = { tenant: bootstrap.tenant, keyId: 'bootstrap', role: 'admin' }
      remembered.set(sha256(authorization), { caller: admin, key: null })
      return admin
    }
    const given = readApiKey(text)
    if (given === undefined)
      throw refused('malformed', 'it is not of the form c4a_<keyId>_<secret>')

    const key = ring.get(given.keyId)
    if (key === undefined && !ring.isLoaded) throw notYet()
    const found = await proved(given, key)
    remembered.set(sha256(authorization), found)
    return found.caller
  }

  async function proved(given: ApiKeyText, key: ApiKey | undefined): Promise<Remembered> {
    // One answer for unknown, wrong and revoked: it must not tell which key ids exist.
    const why = 'no key of that id and secret is good here'
    if (key === undefined) throw refused('unknown', why)
    if (key.revokedAt !== null) throw refused('revoked', why)
    if (!isMintedHere(ids, given)) throw refused('wrong', why)
    const good = await hashing(() => verify(key.hash, given.secret))
    if (!good) throw refused('wrong', why)
    if (!isRole(key.role)) throw refused('role', `its role '${key.role}' is not known here`)
    return { caller: { tenant: key.tenant, keyId: key.keyId, role: key.role }, key }
  }

  function refused(label: string, why: string): Chat4AllError {
    onFailure(label)
    return new Chat4AllError('C4A_UNAUTHENTICATED', {
      what: 'The API key was not accepted',
      why,
      todo: "Send 'Authorization: Bearer' with a key that is not revoked",
    })
  }

  return { known, authenticate }
}

const sha256 = (text: string): string => digestOf('sha256', text, 'base64')

/** Node reads header bytes as Latin-1; a bootstrap key may hold any characters, sent as UTF-8. */
const utf8 = (header: string): string => Buffer.from(header, 'latin1').toString('utf8')

const same = (left: string, right: string): boolean =>
  timingSafeEqual(Buffer.from(left), Buffer.from(right))

/** In a time that tells nothing but the length: a proxy may bring many callers by one connection. A tenth of what a digest takes. */
function alike(left: string, right: string): boolean {
  if (left.length !== right.length) return false
  let differences = 0
  for (let at = 0; at < left.length; at++) {
    differences |= left.charCodeAt(at) ^ right.charCodeAt(at)
  }
  return differences === 0
}

function notYet(): Chat4AllError {
  return new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'The API keys are not known yet',
    why: 'the gateway has just started and is still reading them',
    todo: 'Try again in a second',
  })
}

/** Lets a few tasks run at once; others wait in a line of bounded length, or are turned away. */
function turnstile(width: number, length: number) {
  let running = 0
  const line: (() => void)[] = []

  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (line.length >= length) throw tooMany()
      await new Promise<void>((resolve) => line.push(resolve))
    } else running++
    try {
      return await task()
    } finally {
      // The place goes straight to the next in line, so `running` only falls when nobody waits.
      const next = line.shift()
      if (next) next()
      else running--
    }
  }
}

function tooMany(): Chat4AllError {
  return new Chat4AllError('C4A_TOO_MANY_REQUESTS', {
    what: 'Too many keys are being checked at once',
    why: 'a key is checked slowly the first time it is seen',
    todo: 'Try again in a second',
  })
}
