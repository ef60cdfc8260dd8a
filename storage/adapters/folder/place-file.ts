import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

/**
 * Puts a file in its place whole, or not at all: `make` makes it under a name that is used once, so that those who write at
 * the same time do not meet in one file.
 */
export async function placeFile(
  path: string,
  make: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await make(draft)
    const file = await open(draft, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } finally {
    // There still where something failed, and where both names are links to one file: then a rename does nothing.
    await rm(draft, { force: true })
  }
}
