import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { blobsWhenUsed } from '../../cli/compose/blobs-when-used.ts'
import { memoryBlobs } from '../../storage/adapters/memory/blobs.ts'

const blob = { bytes: Buffer.from('a picture'), mimeType: 'image/png', filename: 'a.png' }

test('blobs are opened once, at their first use', async () => {
  let opened = 0
  const blobs = blobsWhenUsed(async () => {
    opened++
    return memoryBlobs(new Map())
  })
  assert.equal(opened, 0)
  const [blobId] = await Promise.all([blobs.put('t', blob), blobs.about('t', 'none')])
  assert.deepEqual(Buffer.from((await blobs.get('t', blobId))?.bytes ?? []), blob.bytes)
  assert.equal((await blobs.about('t', blobId))?.sizeBytes, blob.bytes.length)
  const part = await blobs.read('t', blobId, { first: 2, last: 4 })
  assert.ok(part)
  assert.equal((await buffer(part)).toString(), 'pic')
  assert.equal(await blobs.delete('t', blobId), true)
  assert.equal(opened, 1)
})

test('blobs that could not be opened are opened at the next use', async () => {
  let tried = 0
  const blobs = blobsWhenUsed(async () => {
    if (tried++ === 0) throw new Error('not now')
    return memoryBlobs(new Map())
  })
  await assert.rejects(blobs.about('t', 'none'), /not now/)
  assert.equal(await blobs.about('t', 'none'), undefined)
})
