import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BlobJson } from '../../gateway/operations/blobs.ts'
import { Chat4AllError, isCode, isRetryable } from '../../topology/contract/errors.ts'
import type { AnswerHeaders, Api } from './api.ts'
import type { UploadNote } from './upload-note.ts'

export interface FileToUpload {
  readonly path: string
  readonly sizeBytes: number
  readonly filename: string
  readonly mimeType: string
}

export interface UploadProgress {
  /** The file is read once beforehand, for its SHA-256. */
  hashed(bytes: number): void
  sent(bytes: number): void
  /** The connection broke; it goes on in a moment. */
  interrupted(why: string): void
}

const tus = { 'tus-resumable': '1.0.0' }
/** Tries in a row without a byte that arrived. */
const maxTries = 8

/**
 * Uploads a file by the tus protocol, from where the note says it was left. A connection that breaks is made again; the hub
 * compares the whole with the file's SHA-256.
 */
export async function resumableUpload(
  api: Api,
  file: FileToUpload,
  note: UploadNote,
  progress: UploadProgress,
  signal: AbortSignal,
): Promise<BlobJson> {
  let path = await note.read()
  let furthest = -1
  for (let tries = 0; ; tries++) {
    try {
      path ??= await begin(api, file, note, progress)
      const asked = await api.exchange('HEAD', path, { headers: tus })
      const offset = Number(asked['upload-offset'])
      if (offset > furthest) tries = 0
      furthest = Math.max(furthest, offset)
      const answer =
        offset === file.sizeBytes ? asked : await send(api, path, file, offset, progress)
      await note.remove()
      return await api.call<BlobJson>('GET', `/v1/blobs/${blobIdOf(answer)}/about`)
    } catch (error) {
      if (signal.aborted) throw error
      const isGone = isCode(error, 'C4A_NOT_FOUND') && path !== undefined
      if (isGone) path = undefined
      if (isGone || isOver(error)) await note.remove()
      const again = isGone || isRetryable(error) || isCode(error, 'C4A_CONFLICT')
      if (!again || tries >= maxTries) throw error
      progress.interrupted(error instanceof Error ? error.message : String(error))
      await sleep(Math.min(250 * 2 ** tries, 10_000), undefined, { signal })
    }
  }
}

async function begin(
  api: Api,
  { path, sizeBytes, filename, mimeType }: FileToUpload,
  note: UploadNote,
  progress: UploadProgress,
): Promise<string> {
  const hash = createHash('sha256')
  let hashed = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk)
    hashed += chunk.length
    progress.hashed(hashed)
  }
  const metadata = { filename, filetype: mimeType, sha256: hash.digest('hex') }
  const pairs = Object.entries(metadata).map(
    ([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`,
  )
  const headers = { ...tus, 'upload-length': String(sizeBytes), 'upload-metadata': pairs.join(',') }
  const answer = await api.exchange('POST', '/v1/uploads', { headers })
  const begun = String(answer['location'])
  await note.write(begun)
  return begun
}

function send(
  api: Api,
  path: string,
  file: FileToUpload,
  offset: number,
  progress: UploadProgress,
): Promise<AnswerHeaders> {
  let sent = offset
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      sent += chunk.length
      progress.sent(sent)
      done(null, chunk)
    },
  })
  const bytes = createReadStream(file.path, { start: offset, highWaterMark: 256 * 1024 })
  bytes.on('error', (error) => counted.destroy(error))
  const headers = {
    ...tus,
    'content-type': 'application/offset+octet-stream',
    'content-length': String(file.sizeBytes - offset),
    'upload-offset': String(offset),
  }
  return api
    .exchange('PATCH', path, { headers, body: bytes.pipe(counted) })
    .finally(() => bytes.destroy())
}

/** The hub has said what becomes of it: there is nothing to go on with. */
const isOver = (error: unknown): boolean =>
  error instanceof Chat4AllError &&
  [
    'C4A_CHECKSUM_MISMATCH',
    'C4A_UNSUPPORTED_MEDIA_TYPE',
    'C4A_MEDIA_INFECTED',
    'C4A_TOO_LARGE',
  ].includes(error.code)

const blobIdOf = (headers: AnswerHeaders): string => String(headers['c4a-blob-id'] ?? '')
