import { createHash } from 'node:crypto'
import {
  chmod,
  copyFile,
  link,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Locker } from '@tus/utils'
import type { Uploads } from '../../ports/uploads.ts'
import { readEnding } from '../../read-ending.ts'
import { ifThere } from './if-there.ts'
import { keepBlob } from './keep-blob.ts'
import { makeFolder } from './make-folder.ts'
import { placeFile } from './place-file.ts'
import { reaching } from './reaching.ts'
import { SyncedFileStore } from './synced-file-store.ts'

export interface FolderUploadsOptions {
  /** Where uploads grow; best on the disk that blobs are on, or they are copied when they are whole. */
  readonly root: string
  /** Of `folderBlobs`. */
  readonly blobsRoot: string
  readonly locker: Locker
  /** Later than so long after it was begun an upload is not gone on with, in milliseconds. */
  readonly expireMs: number
}

const readAheadBytes = 64 * 1024

/**
 * Uploads in a folder, `<hash of the tenant>/<upload>`: what was received; beside it `.json`, as the tus store describes it,
 * and `.ended`, how it ended.
 */
export async function folderUploads(options: FolderUploadsOptions): Promise<Uploads> {
  const { root, blobsRoot, locker, expireMs } = options
  // Before the tus store makes it for everybody to read.
  await reaching(root, () => makeFolder(root))
  const store = new SyncedFileStore(root, expireMs)
  const pathOf = (id: string) => join(root, id)

  async function remove(id: string): Promise<void> {
    await rm(pathOf(id), { force: true })
    await rm(`${pathOf(id)}.json`, { force: true })
  }

  return {
    store,
    locker,

    idOf(tenant, uploadId) {
      return `${createHash('sha256').update(tenant).digest('hex')}/${uploadId}`
    },

    read: (id) =>
      reaching(root, async () => {
        const file = await open(pathOf(id), 'r')
        return file.createReadStream({ highWaterMark: readAheadBytes })
      }),

    keep: (id, tenant, blobId, kind) =>
      keepBlob(blobsRoot, tenant, blobId, kind, async (draft) => {
        // A second name for the bytes: nothing is copied, and a crash leaves both or the first.
        await link(pathOf(id), draft).catch(() => copyFile(pathOf(id), draft))
        await chmod(draft, 0o600)
      }),

    end: (id, ending) =>
      reaching(root, async () => {
        const path = `${pathOf(id)}.ended`
        if ((await ifThere(stat(path))) === undefined) {
          await placeFile(path, (draft) =>
            writeFile(draft, JSON.stringify(ending), { flag: 'wx', mode: 0o600 }),
          )
        }
        await remove(id)
      }),

    ending: (id) =>
      reaching(root, async () => {
        const text = await ifThere(readFile(`${pathOf(id)}.ended`, 'utf8'))
        return text === undefined ? undefined : readEnding(text)
      }),

    sweep: (beforeMs) =>
      reaching(root, async () => {
        const swept = new Set<string>()
        for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
          if (!entry.isFile()) continue
          const path = join(entry.parentPath, entry.name)
          // An upload's age is that of what describes it, which is written when it begins; and when it ended, of its ending.
          const id = path.replace(/\.(?:json|ended)$/, '')
          const known = (await ifThere(stat(`${id}.json`))) ?? (await ifThere(stat(path)))
          if (known === undefined || known.mtimeMs >= beforeMs) continue
          await rm(path, { force: true })
          swept.add(relative(root, id))
        }
        return swept.size
      }),
  }
}
