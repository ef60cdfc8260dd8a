import { plainPattern } from './schemas/send-request.ts'

const plain = new RegExp(plainPattern)

/** What is wrong with the Upload-Metadata that we read, as a sentence; other names are the client's own. */
export function uploadMetadataFault(
  metadata: Readonly<Record<string, string | null>>,
): string | undefined {
  const { filename, filetype, sha256 } = metadata
  if (filename && (filename.length > 256 || !plain.test(filename))) {
    return 'filename has more than 256 characters, or control characters'
  }
  if (filetype && !/^[\w.+-]+\/[\w.+-]+(?:;.{0,100})?$/.test(filetype)) {
    return 'filetype is no MIME type'
  }
  if (sha256 && !/^[0-9a-f]{64}$/i.test(sha256)) return 'sha256 is not 64 hexadecimal digits'
  return undefined
}
