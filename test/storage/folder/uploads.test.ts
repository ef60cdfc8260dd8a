import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { Upload } from '@tus/utils'
import { folderBlobs } from '../../../storage/adapters/folder/blobs.ts'
import { folderUploads } from '../../../storage/adapters/folder/uploads.ts'
import { memoryUploadLocker } from '../../../storage/adapters/memory/upload-locker.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { uploadsSuite } from '../../conformance/uploads.ts'

async function opened(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-uploads-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const root = join(folder, 'uploads')
  const blobsRoot = join(folder, 'blobs')
  const locker = memoryUploadLocker(5_000)
  const uploads = () => folderUploads({ root, blobsRoot, locker, expireMs: 60_000 })
  return { folder, root, uploads, blobs: folderBlobs(blobsRoot) }
}

uploadsSuite('folder', async (t) => {
  const { uploads, blobs } = await opened(t)
  return [
    { uploads: await uploads(), blobs },
    { uploads: await uploads(), blobs },
  ]
})

test('an upload in a folder is its owner’s only, and as a blob is no copy', async (t) => {
  const { folder, uploads: open, blobs } = await opened(t)
  const uploads = await open()
  const id = uploads.idOf('default', randomUUID())
  await uploads.store.create(new Upload({ id, size: 5, offset: 0 }))
  await uploads.store.write(Readable.from([Buffer.from('hello')]), id, 0)
  const blobId = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
  await uploads.keep(id, 'default', blobId, { mimeType: 'text/plain', filename: 'hi.txt' })
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const folders = entries.filter((each) => each.isDirectory())
  for (const { parentPath, name } of folders) {
    assert.equal((await stat(join(parentPath, name))).mode & 0o077, 0, name)
  }
  const whole = entries.filter((each) => /^[0-9a-f-]{36}$|^2cf2[0-9a-f]{60}$/.test(each.name))
  const files = await Promise.all(
    whole.filter((each) => each.isFile()).map((each) => stat(join(each.parentPath, each.name))),
  )
  assert.equal(files.length, 2)
  assert.equal(files[0]?.ino, files[1]?.ino)
  assert.equal((await blobs.get('default', blobId))?.filename, 'hi.txt')
})

test('a folder that cannot be had is said to be away, at the start', async (t) => {
  const { folder } = await opened(t)
  await writeFile(join(folder, 'file'), '')
  const locker = memoryUploadLocker()
  const root = join(folder, 'file', 'uploads')
  await assert.rejects(folderUploads({ root, blobsRoot: folder, locker, expireMs: 1 }), (error) =>
    isCode(error, 'C4A_STORE_UNREACHABLE'),
  )
})
