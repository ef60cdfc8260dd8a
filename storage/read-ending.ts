import { Chat4AllError } from '../topology/contract/errors.ts'
import type { UploadEnding } from './ports/uploads.ts'

/** How an upload ended, from the note of it. Throws C4A_STORE_CORRUPT. */
export function readEnding(text: string): UploadEnding {
  try {
    const read = JSON.parse(text) as UploadEnding // what JSON.stringify made of one
    if (read.kind === 'stored' || read.kind === 'refused') return read
  } catch {
    // Said below.
  }
  throw new Chat4AllError('C4A_STORE_CORRUPT', {
    what: 'The note of how an upload ended is damaged',
    why: 'it is no ending',
    todo: 'Upload the file again',
  })
}
