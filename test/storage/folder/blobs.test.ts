import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { folderBlobs } from '../../../storage/adapters/folder/blobs.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { blobsSuite } from '../../conformance/blobs.ts'

let last = ''
async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-blobs-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  last = join(folder, 'blobs')
  return last
}

blobsSuite('folder', {
  fresh: async (t) => folderBlobs(await emptyFolder(t)),
  reopened: async () => folderBlobs(last),
})

const note = { bytes: Buffer.from('hi'), mimeType: 'text/plain', filename: 'hi.txt' }

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

test('writes below its root only, for the owner only, and leaves no draft behind', async (t) => {
  const root = await emptyFolder(t)
  const blobs = folderBlobs(root)
  const id = await blobs.put('../../../etc', note)
  const files = await filesOf(join(root, '..'))
  assert.equal(files.length, 2)
  for (const file of files) {
    assert.ok(file.startsWith(root))
    assert.ok(file.includes(id))
    assert.equal((await stat(file)).mode & 0o077, 0)
  }
})

test('does not show a blob of which a crash left the bytes without the metadata', async (t) => {
  const root = await emptyFolder(t)
  const id = await folderBlobs(root).put('default', note)
  const about = (await filesOf(root)).find((file) => file.endsWith('.json'))
  assert.ok(about)
  await rm(about)
  assert.equal(await folderBlobs(root).get('default', id), undefined)
  assert.equal(await folderBlobs(root).put('default', note), id)
  assert.equal((await folderBlobs(root).get('default', id))?.filename, 'hi.txt')
})

test('refuses to hand out bytes that are not what their id says', async (t) => {
  const root = await emptyFolder(t)
  const id = await folderBlobs(root).put('default', note)
  const corrupt = (error: unknown) => isCode(error, 'C4A_STORE_CORRUPT')
  const [data, about] = (await filesOf(root)).toSorted((a, b) => a.length - b.length)
  assert.ok(data && about)
  await writeFile(data, 'ho')
  await assert.rejects(folderBlobs(root).get('default', id), corrupt)
  await writeFile(data, 'hi')
  await writeFile(about, '{"mimeType":1')
  await assert.rejects(folderBlobs(root).get('default', id), corrupt)
  await writeFile(about, 'null')
  await assert.rejects(folderBlobs(root).get('default', id), corrupt)
})

test('says that the disk does not take it, and that it may later', async (t) => {
  const root = await emptyFolder(t)
  await writeFile(root, 'a file where the folder should be')
  const unreachable = (error: unknown) => isCode(error, 'C4A_STORE_UNREACHABLE')
  await assert.rejects(folderBlobs(root).put('default', note), unreachable)
})
