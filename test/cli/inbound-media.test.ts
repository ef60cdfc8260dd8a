import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { inboundMedia } from '../../cli/compose/inbound-media.ts'
import type { FetchOutcome, MediaContent } from '../../connectors/contract.ts'
import { mediaGate } from '../../gateway/media/media-gate.ts'
import { mediaTypes } from '../../gateway/media/media-types.ts'
import { memoryBlobs } from '../../storage/adapters/memory/blobs.ts'
import { isCode } from '../../topology/contract/errors.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const message = { tenant: 'acme', channel: 'whatsapp', account: 'demo' }
const picture: MediaContent = {
  type: 'image',
  mediaId: '77',
  mimeType: 'image/jpeg',
  filename: 'C:\\pictures\\me.png',
  caption: 'me',
}
const { signal } = new AbortController()

function scene(outcome: () => Promise<FetchOutcome | undefined>) {
  const blobs = memoryBlobs()
  const media = inboundMedia({ fetchMedium: outcome }, mediaGate(mediaTypes, null), blobs)
  return { blobs, keep: () => media.keep(message, picture, signal, 1_000) }
}

test("a file is kept among its tenant's blobs, as what its bytes say it is", async () => {
  const { blobs, keep } = scene(async () => ({ kind: 'fetched', bytes: png }))
  const blobId = createHash('sha256').update(png).digest('hex')
  assert.deepEqual(await keep(), {
    kind: 'kept',
    medium: {
      type: 'image',
      blobId,
      mimeType: 'image/png',
      sizeBytes: png.length,
      sha256: blobId,
      filename: picture.filename,
      caption: 'me',
    },
  })
  assert.equal((await blobs.about('acme', blobId))?.filename, 'me.png')
  assert.equal(await blobs.about('default', blobId), undefined)
})

test('what the gate does not take, and what has no bytes, is unavailable', async () => {
  const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(64)])
  for (const [bytes, why] of [
    [program, /not taken/],
    [Buffer.alloc(0), /no bytes/],
  ] as const) {
    const kept = await scene(async () => ({ kind: 'fetched', bytes })).keep()
    assert.ok(kept.kind === 'unavailable')
    assert.match(kept.why, why)
  }
})

test('what the connector says is passed on, and without one all stays as it is', async () => {
  const retry = { kind: 'retry', detail: 'later', afterMs: 5 } as const
  assert.deepEqual(await scene(async () => retry).keep(), retry)
  const gone = await scene(async () => ({ kind: 'gone', detail: 'ended' })).keep()
  assert.deepEqual(gone, { kind: 'unavailable', why: 'ended' })
  assert.deepEqual(await scene(async () => undefined).keep(), { kind: 'kept', medium: picture })
})

test('a few are fetched at once, and more are told to wait rather than to stand in line', async () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const { keep } = scene(async () => {
    await opened
    return { kind: 'gone', detail: 'ended' }
  })
  const first = Array.from({ length: 8 }, keep)
  await assert.rejects(keep(), (error) => isCode(error, 'C4A_UNAVAILABLE'))
  open()
  for (const each of await Promise.all(first)) assert.equal(each.kind, 'unavailable')
  assert.equal((await keep()).kind, 'unavailable')
})
