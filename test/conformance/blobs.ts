import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Blob, BlobStore } from '../../storage/ports/blobs.ts'
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
