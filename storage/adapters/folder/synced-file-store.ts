import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import type { Upload } from '@tus/utils'
import { makeFolder } from './make-folder.ts'

/**
 * The tus project's store in a folder, whose offsets are kept: what an answer says was received is on stable storage before
 * that answer. Upload lengths that come later are not offered: what is refused for its length should be so at the start.
 */
export class SyncedFileStore extends FileStore {
  constructor(directory: string, expireMs: number) {
    super({ directory, expirationPeriodInMilliseconds: expireMs })
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration']
  }

  override async create(upload: Upload): Promise<Upload> {
    await makeFolder(dirname(join(this.directory, upload.id)))
    return super.create(upload)
  }

  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    const reached = await super.write(bytes, id, offset)
    const file = await open(join(this.directory, id), 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    return reached
  }
}
