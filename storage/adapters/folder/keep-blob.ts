import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BlobKind } from '../../ports/blobs.ts'
import { blobPath } from './blob-path.ts'
import { ifThere } from './if-there.ts'
import { makeFolder } from './make-folder.ts'
import { placeFile } from './place-file.ts'
import { reaching } from './reaching.ts'
import { syncFolder } from './sync-folder.ts'

/** Makes a blob of the file that `make` makes, unless there is one; it is on stable storage when it resolves. */
export async function keepBlob(
  root: string,
  tenant: string,
  blobId: string,
  { mimeType, filename }: BlobKind,
  make: (draft: string) => Promise<void>,
): Promise<void> {
  const path = blobPath(root, tenant, blobId)
  await reaching(root, async () => {
    const [about, bytes] = await Promise.all([
      ifThere(readFile(`${path}.json`)),
      ifThere(stat(path)),
    ])
    if (about === undefined || bytes === undefined) {
      await makeFolder(dirname(path))
      await placeFile(path, make)
      await placeFile(`${path}.json`, (draft) =>
        writeFile(draft, JSON.stringify({ mimeType, filename }), { flag: 'wx', mode: 0o600 }),
      )
    }
    // Even when another has just written it: that one may not have come this far.
    await syncFolder(dirname(path))
  })
}
