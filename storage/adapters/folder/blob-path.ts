import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where the bytes of a blob are; no name that came from outside is part of it. */
export function blobPath(root: string, tenant: string, blobId: string): string {
  const tenantHash = createHash('sha256').update(tenant).digest('hex')
  return join(root, tenantHash, blobId.slice(0, 2), blobId)
}
