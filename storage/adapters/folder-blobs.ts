import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Blob, BlobStore } from '../ports/blobs.ts'

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
  return {
    async put(tenant, { bytes, mimeType, filename }) {
      const blobId = hashOf(bytes)
      const path = pathOf(root, tenant, blobId)
      await reaching(path, async () => {
        if ((await readIfAny(`${path}.json`)) === undefined) {
          await makeFolder(dirname(path))
          await writeAtomically(path, bytes)
          await writeAtomically(`${path}.json`, Buffer.from(JSON.stringify({ mimeType, filename })))
        }
        // Even when another put has just written it: that one may not have come this far.
        await syncFolder(dirname(path))
      })
      return blobId
    },

    async get(tenant, blobId) {
      if (!/^[0-9a-f]{64}$/.test(blobId)) return undefined
      const path = pathOf(root, tenant, blobId)
      const [about, bytes] = await reaching(path, () =>
        Promise.all([readIfAny(`${path}.json`), readIfAny(path)]),
      )
      if (about === undefined || bytes === undefined) return undefined
      if (hashOf(bytes) !== blobId) throw corrupt(blobId)
      return blobOf(bytes, about, blobId)
    },
  }
}

function pathOf(root: string, tenant: string, blobId: string): string {
  return join(root, hashOf(Buffer.from(tenant)), blobId.slice(0, 2), blobId)
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The name is used once, so that writers at the same time do not meet in one file. */
async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** A new folder is there after a power cut only if the one above it was synced. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let each = path; each.length >= first.length; each = dirname(each)) {
    await syncFolder(dirname(each))
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return // a folder cannot be opened there, and renames are journaled
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function readIfAny(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function blobOf(bytes: Buffer, about: Buffer, blobId: string): Blob {
  let read: unknown
  try {
    read = JSON.parse(about.toString())
  } catch {
    throw corrupt(blobId)
  }
  const { mimeType, filename } = (read ?? {}) as { mimeType?: unknown; filename?: unknown } // narrowed next
  if (typeof mimeType !== 'string' || typeof filename !== 'string') throw corrupt(blobId)
  return { bytes, mimeType, filename }
}

async function reaching<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw new Chat4AllError(
      'C4A_STORE_UNREACHABLE',
      {
        what: `The blob folder ${dirname(dirname(dirname(path)))} does not answer`,
        why: error instanceof Error && 'code' in error ? String(error.code) : 'no reason given',
        todo: 'See that the disk has room and the folder may be written',
      },
      { cause: error },
    )
  }
}

function corrupt(blobId: string): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `Blob ${blobId} is damaged`,
    why: 'its file does not hold what was put',
    todo: 'Restore the file from a backup',
  })
}
