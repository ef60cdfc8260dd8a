import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { BlobJson } from '../../gateway/operations/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Api } from './api.ts'
import { mimeTypeOfName } from './mime-type-of-name.ts'

export interface LocalFile {
  readonly bytes: Uint8Array
  readonly filename: string
  readonly mimeType: string
}

/** Throws C4A_NOT_FOUND. */
export function localFile(path: string): LocalFile {
  try {
    return {
      bytes: readFileSync(path),
      filename: basename(path),
      mimeType: mimeTypeOfName(path),
    }
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_NOT_FOUND',
      {
        what: `The file '${path}' cannot be read`,
        why: cause instanceof Error ? cause.message : String(cause),
        todo: 'Give a file that you may read, or a link that starts with http:// or https://',
      },
      { cause },
    )
  }
}

/** Stores the file at the hub. */
export function upload(api: Api, { bytes, filename, mimeType }: LocalFile): Promise<BlobJson> {
  const call = { query: { filename }, bytes: { body: bytes, mimeType } }
  return api.call<BlobJson>('POST', '/v1/blobs', call)
}
