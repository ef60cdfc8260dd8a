import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { Upload } from '@tus/utils'
import type { BlobStore } from '../../storage/ports/blobs.ts'
import type { Uploads } from '../../storage/ports/uploads.ts'

/** Uploads, and the store that they become blobs of. */
export interface UploadsAndBlobs {
  readonly uploads: Uploads
  readonly blobs: BlobStore
}

const kind = { mimeType: 'video/mp4', filename: 'praia ☀.mp4' }
const MiB = 1024 * 1024

/** What every place for uploads owes. `open` gives two processes that share it, empty. */
export function uploadsSuite(
  name: string,
  open: (t: TestContext) => Promise<readonly [UploadsAndBlobs, UploadsAndBlobs]>,
): void {
  async function begin({ uploads }: UploadsAndBlobs, size: number, tenant = 'default') {
    const id = uploads.idOf(tenant, randomUUID())
    await uploads.store.create(new Upload({ id, size, offset: 0, metadata: { filename: 'a' } }))
    return id
  }

  const offset = async ({ uploads }: UploadsAndBlobs, id: string) =>
    (await uploads.store.getUpload(id)).offset

  const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  describe(`uploads: ${name}`, () => {
    test('grow piece by piece, in any process, and become the blob that they are', async (t) => {
      const [here, there] = await open(t)
      const bytes = randomBytes(12 * MiB + 123)
      const id = await begin(here, bytes.length)
      assert.equal(await offset(there, id), 0)
      // Pieces below and above what S3 takes as a part.
      const ends = [100_000, 6 * MiB, 6 * MiB + 1, bytes.length]
      let at = 0
      for (const [nth, end] of ends.entries()) {
        const process = nth % 2 === 0 ? here : there
        const piece = Readable.from([bytes.subarray(at, end)])
        assert.equal(await process.uploads.store.write(piece, id, at), end)
        assert.equal(await offset(nth % 2 === 0 ? there : here, id), end)
        at = end
      }
      assert.ok((await buffer(await there.uploads.read(id))).equals(bytes))
      const blobId = hashOf(bytes)
      await there.uploads.keep(id, 'default', blobId, kind)
      await here.uploads.keep(id, 'default', blobId, { ...kind, filename: 'second' })
      const about = { sizeBytes: bytes.length, ...kind }
      assert.deepEqual(await here.blobs.about('default', blobId), about)
      assert.ok((await here.blobs.get('default', blobId))?.bytes.length === bytes.length)
      assert.equal(await here.blobs.about('other', blobId), undefined)
    })

    test('are known as ended, as the first one said, when nothing is left of them', async (t) => {
      const [here, there] = await open(t)
      const id = await begin(here, 5)
      await here.uploads.store.write(Readable.from([Buffer.from('hello')]), id, 0)
      assert.equal(await there.uploads.ending(id), undefined)
      const stored = { kind: 'stored', blobId: 'b', sizeBytes: 5, ...kind } as const
      await here.uploads.end(id, stored)
      const other = { code: 'C', what: 'w', why: 'y', todo: 't' }
      await there.uploads.end(id, { kind: 'refused', sizeBytes: 5, ...other })
      assert.deepEqual(await there.uploads.ending(id), stored)
      await assert.rejects(there.uploads.store.getUpload(id))
    })

    test('keep what is a blob already, and its name', async (t) => {
      const [here] = await open(t)
      const bytes = Buffer.from('hello')
      const blobId = await here.blobs.put('default', { bytes, ...kind })
      const id = await begin(here, 5)
      await here.uploads.store.write(Readable.from([bytes]), id, 0)
      await here.uploads.keep(id, 'default', blobId, { mimeType: 'a/b', filename: 'c' })
      await here.uploads.end(id, { kind: 'stored', blobId, sizeBytes: 5, ...kind })
      assert.deepEqual(await here.blobs.about('default', blobId), { sizeBytes: 5, ...kind })
      assert.ok((await here.blobs.get('default', blobId))?.bytes)
    })

    test('of several tenants are apart, whatever they are called', async (t) => {
      const [{ uploads }] = await open(t)
      const uploadId = randomUUID()
      const tenants = ['default', 'Default', '..', '', '../default', 'a/b', 'x'.repeat(300)]
      const ids = tenants.map((tenant) => uploads.idOf(tenant, uploadId))
      assert.equal(new Set(ids).size, tenants.length)
      for (const id of ids) assert.doesNotMatch(id, /\.\./)
    })

    test('that were abandoned are swept, by many at once, and no others', async (t) => {
      const [here, there] = await open(t)
      const begun = await begin(here, 5)
      const half = await begin(here, 5, 'other')
      await here.uploads.store.write(Readable.from([Buffer.from('he')]), half, 0)
      const whole = await begin(here, 5)
      await here.uploads.store.write(Readable.from([Buffer.from('hello')]), whole, 0)
      const ended = await begin(here, 5)
      await here.uploads.end(ended, { kind: 'stored', blobId: 'b', sizeBytes: 5, ...kind })
      const blobId = await here.blobs.put('default', { bytes: Buffer.from('stays'), ...kind })

      assert.equal(await here.uploads.sweep(Date.now() - 60_000), 0)
      assert.equal(await offset(there, half), 2)

      // A minute on: clocks of disk and server may differ from ours.
      const swept = await Promise.all([
        here.uploads.sweep(Date.now() + 60_000),
        there.uploads.sweep(Date.now() + 60_000),
      ])
      assert.ok(Math.max(...swept) > 0)
      for (const id of [begun, half, whole, ended]) {
        await assert.rejects(there.uploads.store.getUpload(id))
        assert.equal(await there.uploads.ending(id), undefined)
      }
      assert.ok(await here.blobs.about('default', blobId))
      assert.equal(await here.uploads.sweep(Date.now() + 60_000), 0)
    })

    test('have one writer at a time, which lets go when it is asked to', async (t) => {
      const [here, there] = await open(t)
      const { signal } = new AbortController()
      const id = here.uploads.idOf('default', randomUUID())
      const first = here.uploads.locker.newLock(id)
      let asked = 0
      await first.lock(signal, () => {
        asked += 1
      })
      let held = false
      const second = there.uploads.locker.newLock(id)
      const waiting = second
        .lock(signal, () => {})
        .then(() => {
          held = true
        })
      await t.waitFor(() => assert.ok(asked > 0), { timeout: 5_000 })
      assert.equal(held, false)
      const elsewhere = there.uploads.locker.newLock(`${id}x`)
      await elsewhere.lock(signal, () => {})
      await elsewhere.unlock()
      await first.unlock()
      await waiting
      await second.unlock()
    })
  })
}
