import { type Stats, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { mimeTypeOfName } from '../client/mime-type-of-name.ts'
import {
  type FileToUpload,
  resumableUpload,
  type UploadProgress,
} from '../client/resumable-upload.ts'
import { type Screen, visible } from '../client/screen.ts'
import { uploadNote } from '../client/upload-note.ts'
import { exitCodes } from '../exit-codes.ts'

interface Options extends ClientOptions {
  readonly name?: string
  readonly type?: string
  readonly fresh?: boolean
  readonly dryRun?: boolean
}

const examples = `  chat4all upload film.mp4
  chat4all upload film.mp4                      the same again goes on where it was interrupted
  chat4all upload film.mp4 --fresh              from the beginning
  chat4all upload 0042.pdf --name invoice.pdf --json | jq -r .blobId`

/** Registers `chat4all upload`. */
export function uploadCommand(program: Command): void {
  const command = program
    .command('upload')
    .summary('store a file of up to 2 GiB, in as many goes as it takes')
    .description(
      'Uploads a file and prints its blobId, which messages refer to. Broken connections are made again; repeated after an interruption, the command goes on where it was.',
    )
    .argument('<file>', 'what to upload')
    .option('--name <filename>', 'what recipients see, instead of the name it has here')
    .option('--type <type>', 'its MIME type; what the bytes say wins')
    .option('--fresh', 'begin anew, and not where an earlier run was interrupted')
    .option('--dry-run', 'show what would be uploaded, and upload nothing')
  clientCommand<Options>(command, examples, upload)
}

async function upload(
  { api, screen, signal, json }: ClientTools,
  { name, type, fresh, dryRun }: Options,
  [path = '']: readonly string[],
): Promise<number> {
  const { size, mtimeMs } = statOf(path)
  const file: FileToUpload = {
    path,
    sizeBytes: size,
    filename: name ?? basename(path),
    mimeType: type ?? mimeTypeOfName(path),
  }
  const note = uploadNote([api.url, resolve(path), size, mtimeMs, file.filename, file.mimeType])
  if (dryRun) {
    const { path: _, ...shown } = file
    const resumes = !fresh && (await note.read()) !== undefined
    if (json) screen.json({ dryRun: true, url: `${api.url}/v1/uploads`, resumes, file: shown })
    else
      screen.print(
        `Nothing is uploaded. It would be: ${describe(file)}${resumes ? ', from where it was interrupted' : ''}`,
      )
    return exitCodes.ok
  }
  if (fresh) await note.remove()
  const stored = await resumableUpload(api, file, note, progressOn(screen, file), signal)
  screen.endLive()
  if (json) screen.json(stored)
  else
    screen.print(
      `${screen.out.green('stored')} ${screen.out.bold(stored.blobId)}\n  ${describe({ ...file, ...stored })}`,
    )
  return exitCodes.ok
}

const describe = (file: Pick<FileToUpload, 'filename' | 'sizeBytes' | 'mimeType'>): string =>
  `${visible(file.filename)}, ${file.sizeBytes} bytes, ${file.mimeType}`

/** A bar on a terminal; elsewhere a line each ten seconds. */
function progressOn(screen: Screen, { filename, sizeBytes }: FileToUpload): UploadProgress {
  const everyMs = process.stderr.isTTY ? 100 : 10_000
  let shownMs = performance.now() - (process.stderr.isTTY ? everyMs : 0)
  const show = (verb: string, bytes: number) => {
    if (performance.now() - shownMs < everyMs) return
    shownMs = performance.now()
    const share = bytes / sizeBytes
    const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░')
    const done = `${(bytes / 1e6).toFixed(1)} of ${(sizeBytes / 1e6).toFixed(1)} MB`
    screen.live(`${verb} ${visible(filename)} ${bar} ${Math.floor(share * 100)} %  ${done}`)
  }
  return {
    hashed: (bytes) => show('reading', bytes),
    sent: (bytes) => show('sending', bytes),
    interrupted: (why) => screen.note(`interrupted, and going on: ${why}`),
  }
}

function statOf(path: string): Stats {
  let why = 'it is no file'
  try {
    const found = statSync(path)
    if (found.isFile() && found.size > 0) return found
    if (found.isFile()) why = 'it is empty'
  } catch (cause) {
    why = cause instanceof Error ? cause.message : String(cause)
  }
  throw new Chat4AllError('C4A_NOT_FOUND', {
    what: `The file '${path}' cannot be uploaded`,
    why,
    todo: 'Give a file that you may read and that holds something',
  })
}
