import { Chat4AllError } from '../../topology/contract/errors.ts'
import { type Permission, permissions, type Role } from './roles.ts'

/** Who asks, once the key was found good. */
export interface Caller {
  readonly tenant: string
  readonly keyId: string
  readonly role: Role
}

/** Only the bootstrap key reaches beyond its tenant: it is how a new tenant gets its first key. */
export const isRoot = ({ keyId }: Caller): boolean => keyId === 'bootstrap'

/** Throws C4A_FORBIDDEN unless the caller's role has the permission. */
export function mustBeAllowed(caller: Caller, permission: Permission): void {
  const allowed: readonly Role[] = permissions[permission]
  if (allowed.includes(caller.role)) return
  throw new Chat4AllError('C4A_FORBIDDEN', {
    what: `The key '${caller.keyId}' may not do this`,
    why: `its role is ${caller.role}, and '${permission}' needs ${allowed.join(' or ')}`,
    todo: 'Use a key with such a role, or ask an admin for one',
  })
}
