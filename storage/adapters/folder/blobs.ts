import { createHash } from 'node:crypto'
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { BlobKind, BlobStore } from '../../ports/blobs.ts'
import { blobPath } from './blob-path.ts'
import { ifThere } from './if-there.ts'
import { keepBlob } from './keep-blob.ts'
import { reaching } from './reaching.ts'
import { syncFolder } from './sync-folder.ts'

/** Reading ahead of a slow reader: memory that each of them holds. */
const readAheadBytes = 64 * 1024

/**
 * Blobs in a folder: `<hash of the tenant>/<first two digits>/<id>` holds the bytes, `<id>.json` beside it
 * what they are. The id is the SHA-256 of the bytes, in hex; the tenant is hashed too, so no name that
 * came from outside is ever part of a path. The metadata is renamed into place last and is what
 * makes a blob exist; both files and their folder are on stable storage before `put` resolves.
 *
 * Throws C4A_STORE_UNREACHABLE when the disk takes nothing, C4A_STORE_CORRUPT for bytes that are not
 * what their id says.
 */
export function folderBlobs(root: string): BlobStore {
  async function find<Found>(
    tenant: string,
    blobId: string,
    look: (path: string) => Promise<Found>,
  ): Promise<(BlobKind & { readonly found: Found }) | undefined> {
    if (!/^[0-9a-f]{64}$/.test(blobId)) return undefined
    const path = blobPath(root, tenant, blobId)
    const [about, found] = await reaching(root, () =>
      Promise.all([ifThere(readFile(`${path}.json`)), ifThere(look(path))]),
    )
    if (about === undefined || found === undefined) return undefined
    return { ...kindOf(about, blobId), found }
  }

  return {
    async put(tenant, { bytes, mimeType, filename }) {
      const blobId = hashOf(bytes)
      await keepBlob(root, tenant, blobId, { mimeType, filename }, (draft) =>
        writeFile(draft, bytes, { flag: 'wx', mode: 0o600 }),
      )
      return blobId
    },

    async get(tenant, blobId) {
      const blob = await find(tenant, blobId, (path) => readFile(path))
      if (blob === undefined) return undefined
      const { found: bytes, mimeType, filename } = blob
      if (hashOf(bytes) !== blobId) throw corrupt(blobId)
      return { bytes, mimeType, filename }
    },

    async about(tenant, blobId) {
      const blob = await find(tenant, blobId, sizeOf)
      if (blob === undefined) return undefined
      const { found, mimeType, filename } = blob
      return { sizeBytes: found, mimeType, filename }
    },

    async read(tenant, blobId, range) {
      if ((await find(tenant, blobId, sizeOf)) === undefined) return undefined
      const path = blobPath(root, tenant, blobId)
      const file = await reaching(root, () => ifThere(open(path, 'r')))
      return file?.createReadStream({
        highWaterMark: readAheadBytes,
        ...(range && { start: range.first, end: range.last }),
      })
    },

    async delete(tenant, blobId) {
      const blob = await find(tenant, blobId, sizeOf)
      if (blob === undefined) return false
      const path = blobPath(root, tenant, blobId)
      await reaching(root, async () => {
        // The other way round, a crash in between would leave a blob that exists and has no bytes.
        await rm(`${path}.json`, { force: true })
        await syncFolder(dirname(path))
        await rm(path, { force: true })
      })
      return true
    },
  }
}

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function kindOf(about: Buffer, blobId: string): BlobKind {
  let read: unknown
  try {
    read = JSON.parse(about.toString())
  } catch {
    throw corrupt(blobId)
  }
  const { mimeType, filename } = (read ?? {}) as { mimeType?: unknown; filename?: unknown } // narrowed next
  if (typeof mimeType !== 'string' || typeof filename !== 'string') throw corrupt(blobId)
  return { mimeType, filename }
}

function corrupt(blobId: string): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `Blob ${blobId} is damaged`,
    why: 'its file does not hold what was put',
    todo: 'Restore the file from a backup',
  })
}
