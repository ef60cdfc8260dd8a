import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './sync-folder.ts'

/** For its owner only. A new folder is there after a power cut only if the one above it was synced. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let each = path; each.length >= first.length; each = dirname(each)) {
    await syncFolder(dirname(each))
  }
}
