import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import type { BlobJson } from '../../gateway/operations/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Api } from './api.ts'

/** What people send most; anything else goes as plain bytes. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.doc': 'application/msword',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xls': 'application/vnd.ms-excel',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.zip': 'application/zip',
}

export interface LocalFile {
  readonly bytes: Uint8Array
  readonly filename: string
  readonly mimeType: string
}

/** Throws C4A_NOT_FOUND. */
export function localFile(path: string): LocalFile {
  try {
    const mimeType = mimeTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
    return { bytes: readFileSync(path), filename: basename(path), mimeType }
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
