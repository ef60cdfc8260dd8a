import { constants, write as writeFile } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that is appended to. */
export interface LogFileHandle {
  /** On stable storage when it resolves. After a rejection the handle is not used again, but closed. */
  write(bytes: Uint8Array, position: number): Promise<void>
  close(): Promise<void>
}

/** How the log gets at its disk; tests hand in one that fails. */
export interface LogDisk {
  /** A new, empty file, which is found again after a power cut. */
  create(path: string): Promise<LogFileHandle>
  /** An existing file, cut to so many bytes. */
  reopen(path: string, bytes: number): Promise<LogFileHandle>
}

/**
 * Written with O_DSYNC: then a commit is one call of the thread pool, which measured better than a write and an fdatasync.
 * The event loop never waits for it.
 */
export const logDisk: LogDisk = {
  async create(path) {
    const handle = await opened(path, constants.O_CREAT | constants.O_EXCL)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
    return handle
  },
  async reopen(path, bytes) {
    const file = await open(path, 'r+')
    try {
      await file.truncate(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    return opened(path, 0)
  },
}

async function opened(path: string, flags: number): Promise<LogFileHandle> {
  const file = await open(path, constants.O_WRONLY | constants.O_DSYNC | flags, 0o600)

  /** The plain call: a FileHandle's own promise costs some microseconds more, each commit. */
  function write(bytes: Uint8Array, position: number, done: (error: Error | null) => void): void {
    writeFile(file.fd, bytes, 0, bytes.byteLength, position, (error, written) => {
      if (error || written === bytes.byteLength) done(error)
      else write(bytes.subarray(written), position + written, done)
    })
  }

  return {
    write: (bytes, position) =>
      new Promise((resolve, reject) => {
        write(bytes, position, (error) => (error ? reject(error) : resolve()))
      }),
    close: () => file.close(),
  }
}
