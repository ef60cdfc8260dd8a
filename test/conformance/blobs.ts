import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import type { Blob, BlobStore, ByteRange } from '../../storage/ports/blobs.ts'
import type { Reopening } from './reopening.ts'

const photo: Blob = {
  bytes: new Uint8Array([255, 216, 0, 1, 2]),
  mimeType: 'image/jpeg',
  filename: 'praia ☀.jpg',
}
const photoId = createHash('sha256').update(photo.bytes).digest('hex')

/** What every BlobStore owes. */
export function blobsSuite(name: string, adapter: Reopening<BlobStore>): void {
  describe(`blobs: ${name}`, () => {
    test('gives back what was put, under the hash of its bytes', async (t) => {
      const blobs = await adapter.fresh(t)
      assert.equal(await blobs.put('default', photo), photoId)
      same(await blobs.get('default', photoId), photo)
    })

    test('gives equal bytes one id and keeps the first name', async (t) => {
      const blobs = await adapter.fresh(t)
      await blobs.put('default', photo)
      assert.equal(await blobs.put('default', { ...photo, filename: 'other.jpg' }), photoId)
      same(await blobs.get('default', photoId), photo)
    })

    test('keeps tenants apart, whatever they are called', async (t) => {
      const blobs = await adapter.fresh(t)
      const tenants = [
        'default',
        'Default',
        '..',
        '.',
        '',
        '../default',
        'a/b',
        'a\\b',
        'ç\u0000',
        'x'.repeat(300),
      ]
      for (const tenant of tenants) {
        assert.equal(await blobs.get(tenant, photoId), undefined)
        await blobs.put(tenant, { ...photo, filename: tenant })
      }
      for (const tenant of tenants) {
        same(await blobs.get(tenant, photoId), { ...photo, filename: tenant })
      }
    })

    test('knows no id that it did not give', async (t) => {
      const blobs = await adapter.fresh(t)
      await blobs.put('default', photo)
      const strangers = [
        '',
        '.',
        '..',
        '../..',
        photoId.toUpperCase(),
        `${photoId}.json`,
        `./${photoId}`,
        '0'.repeat(64),
      ]
      for (const id of strangers) assert.equal(await blobs.get('default', id), undefined)
    })

    test('keeps an empty blob, and its own copy of what it was given', async (t) => {
      const blobs = await adapter.fresh(t)
      const empty = await blobs.put('default', { ...photo, bytes: new Uint8Array(0) })
      assert.equal((await blobs.get('default', empty))?.bytes.length, 0)
      const bytes = Buffer.from(photo.bytes)
      await blobs.put('default', { ...photo, bytes })
      bytes.fill(7)
      same(await blobs.get('default', photoId), photo)
    })

    test('tells what a blob is without its bytes', async (t) => {
      const blobs = await adapter.fresh(t)
      assert.equal(await blobs.about('default', photoId), undefined)
      await blobs.put('default', photo)
      const { mimeType, filename } = photo
      assert.deepEqual(await blobs.about('default', photoId), { sizeBytes: 5, mimeType, filename })
      assert.equal(await blobs.about('other', photoId), undefined)
      assert.equal(await blobs.about('default', `../${photoId}`), undefined)
    })

    test('reads a blob as a stream, and parts of it', async (t) => {
      const blobs = await adapter.fresh(t)
      assert.equal(await blobs.read('default', photoId), undefined)
      const bytes = randomBytes(300_000)
      const id = await blobs.put('default', { ...photo, bytes })
      const read = async (range?: ByteRange) => {
        const stream = await blobs.read('default', id, range)
        assert.ok(stream)
        return buffer(stream)
      }
      assert.ok((await read()).equals(bytes))
      assert.deepEqual(await read({ first: 0, last: 0 }), bytes.subarray(0, 1))
      assert.deepEqual(await read({ first: 70_000, last: 299_999 }), bytes.subarray(70_000))
      assert.equal(await blobs.read('other', id), undefined)
      assert.equal(await blobs.read('default', '..'), undefined)
    })

    test('forgets what is deleted, of this tenant only, and takes it again', async (t) => {
      const blobs = await adapter.fresh(t)
      assert.equal(await blobs.delete('default', photoId), false)
      assert.equal(await blobs.delete('default', '..'), false)
      await blobs.put('default', photo)
      await blobs.put('other', photo)
      assert.equal(await blobs.delete('default', photoId), true)
      assert.equal(await blobs.delete('default', photoId), false)
      assert.equal(await blobs.get('default', photoId), undefined)
      assert.equal(await blobs.about('default', photoId), undefined)
      assert.equal(await blobs.read('default', photoId), undefined)
      same(await blobs.get('other', photoId), photo)
      await blobs.put('default', { ...photo, filename: 'again.jpg' })
      same(await blobs.get('default', photoId), { ...photo, filename: 'again.jpg' })
    })

    test('takes the same blob from many at once', async (t) => {
      const blobs = await adapter.fresh(t)
      const ids = await Promise.all(Array.from({ length: 20 }, () => blobs.put('default', photo)))
      assert.deepEqual(new Set(ids), new Set([photoId]))
      same(await blobs.get('default', photoId), photo)
    })

    test('remembers over the death of its process', async (t) => {
      await (await adapter.fresh(t)).put('default', photo)
      same(await (await adapter.reopened(t)).get('default', photoId), photo)
    })
  })
}

function same(actual: Blob | undefined, expected: Blob): void {
  assert.ok(actual)
  assert.deepEqual([...actual.bytes], [...expected.bytes])
  assert.equal(actual.mimeType, expected.mimeType)
  assert.equal(actual.filename, expected.filename)
}
