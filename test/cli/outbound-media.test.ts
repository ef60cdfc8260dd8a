import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outboundMedia } from '../../cli/compose/outbound-media.ts'
import { mediumSource } from '../../connectors/medium-source.ts'
import { keyedIds } from '../../domain/ids.ts'
import { blobLinks } from '../../gateway/media/blob-links.ts'

const ids = keyedIds(Buffer.from('a secret of the tests'))
const kind = { mimeType: 'video/mp4', filename: 'a.mp4' }
const tenants = new Set<string>()
const sizes: Readonly<Record<string, number>> = { small: 5, large: 200_000_000 }
let held = 0
const blobs = {
  async about(tenant: string, blobId: string) {
    tenants.add(tenant)
    const sizeBytes = sizes[blobId]
    return sizeBytes === undefined ? undefined : { sizeBytes, ...kind }
  },
  async get(tenant: string, blobId: string) {
    tenants.add(tenant)
    held += 1
    return blobId in sizes ? { bytes: Buffer.from('bytes'), ...kind } : undefined
  },
}
const tools = (publicUrl: string) => ({
  ...outboundMedia(blobs, ids, publicUrl)('acme'),
  http: () => Promise.reject(new Error('nothing is sent here')),
  limits: {},
})

test('a connector is handed small files, and a link to large ones, which are never held', async () => {
  const source = (blobId: string, publicUrl: string) =>
    mediumSource(tools(publicUrl), { type: 'video', blobId })
  const small = await source('small', 'https://hub.example')
  assert.equal(small.at, 'hub')
  held = 0
  const large = await source('large', 'https://hub.example')
  assert.ok(large.at === 'link')
  const token = large.link.replace('https://hub.example/v1/blob-links/', '')
  const { tenant, blobId, expiresAtS } = blobLinks(ids).read(token, Date.now()) ?? {}
  assert.deepEqual([tenant, blobId], ['acme', 'large'])
  assert.ok(Math.abs((expiresAtS ?? 0) * 1_000 - Date.now() - 86_400_000) < 10_000)
  // Nobody outside finds a hub that does not say where it is.
  const lost = await source('large', '')
  assert.ok(lost.at === 'nowhere' && lost.outcome.kind === 'refused')
  assert.equal((await source('none', '')).at, 'nowhere')
  assert.equal(held, 1) // asked for the one that is not there
  assert.deepEqual([...tenants], ['acme'])
})
