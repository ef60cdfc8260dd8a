import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where an upload of a file was begun, so that the next run of the command goes on with it. */
export interface UploadNote {
  /** The upload's path at the hub; undefined where none was begun. */
  read(): Promise<string | undefined>
  write(path: string): Promise<void>
  remove(): Promise<void>
}

/**
 * `of` are what makes it the same upload: the hub, the file, its size and time. Kept where the XDG Base Directory Specification has
 * the state of programs.
 */
export function uploadNote(of: readonly (string | number)[]): UploadNote {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state')
  const name = createHash('sha256').update(JSON.stringify(of)).digest('hex')
  const file = join(state, 'chat4all', 'uploads', name)
  return {
    async read() {
      const path = await readFile(file, 'utf8').catch(() => '')
      return path.startsWith('/v1/uploads/') ? path : undefined
    },
    async write(path) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, path, { mode: 0o600 })
    },
    remove: () => rm(file, { force: true }),
  }
}
