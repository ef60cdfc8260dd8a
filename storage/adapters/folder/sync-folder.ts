import { open } from 'node:fs/promises'

/** What was made, renamed or removed in the folder is so after a power cut, too. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return // a folder cannot be opened there, and renames are journaled
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
