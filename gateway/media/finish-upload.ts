import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Upload } from '@tus/utils'
import type { UploadEnding, Uploads } from '../../storage/ports/uploads.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { MediaGate } from './media-gate.ts'
import { headBytes } from './type-of.ts'

/**
 * Makes a blob of an upload that is whole, or says why it becomes none. Any number may ask at once, and again after a crash: all
 * hear the same. Throws what may be otherwise later (a store or a scanner that is away); then the upload stays as it is.
 */
export type FinishUpload = (upload: Upload, tenant: string) => Promise<UploadEnding>

export function uploadFinisher(uploads: Uploads, gate: MediaGate): FinishUpload {
  const running = new Map<string, Promise<UploadEnding>>()

  async function finish({ id, metadata }: Upload, tenant: string): Promise<UploadEnding> {
    const known = await uploads.ending(id)
    if (known) return known
    const { filename, filetype, sha256 } = metadata ?? {}
    const { hash, sizeBytes, head } = await readThrough(await uploads.read(id))
    try {
      if (sha256 && sha256.toLowerCase() !== hash) throw otherBytes(hash)
      const mimeType = await gate.type(head, filetype ?? '')
      await gate.scan(() => uploads.read(id))
      const kind = { mimeType, filename: filename ?? 'file' }
      await uploads.keep(id, tenant, hash, kind)
      const ending = { kind: 'stored', blobId: hash, sizeBytes, ...kind } as const
      await uploads.end(id, ending)
      return ending
    } catch (error) {
      if (!(error instanceof Chat4AllError) || error.retryable) throw error
      const { code, explanation } = error
      const ending = { kind: 'refused', sizeBytes, code, ...explanation } as const
      await uploads.end(id, ending)
      return ending
    }
  }

  return (upload, tenant) => {
    const at = running.get(upload.id)
    if (at !== undefined) return at
    const now = finish(upload, tenant).finally(() => running.delete(upload.id))
    running.set(upload.id, now)
    return now
  }
}

/** All bytes once: what the blob's name is made of is what the store holds, not what a socket once said. */
async function readThrough(bytes: Readable) {
  const hash = createHash('sha256')
  const head: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of bytes) {
    const piece = chunk as Buffer // of a stream of bytes
    if (sizeBytes < headBytes) head.push(piece.subarray(0, headBytes - sizeBytes))
    sizeBytes += piece.length
    hash.update(piece)
  }
  return { hash: hash.digest('hex'), sizeBytes, head: Buffer.concat(head) }
}

const otherBytes = (hash: string): Chat4AllError =>
  new Chat4AllError('C4A_CHECKSUM_MISMATCH', {
    what: 'The upload is not the file that was meant',
    why: `the SHA-256 of what arrived is ${hash}, and another one was stated`,
    todo: 'See that the file did not change meanwhile, and upload it again',
  })
