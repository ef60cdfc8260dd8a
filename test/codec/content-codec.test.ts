import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Content } from '../../domain/content.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { loadSchemas } from '../../schemas/load.ts'
import type { ContentCodec } from '../../stages/tools.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'

const records = await avroCodec(loadSchemas(), memoryRegistry())
const codec: ContentCodec = contentCodec(records)

const contents: readonly Content[] = [
  { type: 'text', text: 'olá 👋' },
  { type: 'image', url: 'https://example.org/a.jpg', caption: 'a' },
  { type: 'document', blobId: 'ab'.repeat(32), mimeType: 'application/pdf', filename: 'a.pdf' },
  { type: 'audio', mediaId: '7', sizeBytes: 0, sha256: 'cd'.repeat(32) },
  { type: 'location', latitude: -23.5505, longitude: -46.6333 },
  { type: 'location', latitude: 0, longitude: 0, name: '', address: 'Rua A, 1' },
  { type: 'unsupported', kind: 'poll', raw: '{"poll":1}' },
]

for (const content of contents) {
  test(`keeps ${JSON.stringify(content)}, and absent stays absent`, () => {
    assert.deepStrictEqual(codec.decode(kindOf(content), codec.encode(content)), content)
  })
}

test('refuses bytes of another kind, and a kind it does not know', () => {
  const refused = (error: unknown) => isCode(error, 'C4A_RECORD_UNDECODABLE')
  const bytes = codec.encode({ type: 'text', text: 'hi' })
  assert.throws(() => codec.decode('image', bytes), refused)
  assert.throws(() => codec.decode('hologram', bytes), refused)
})

function kindOf(content: Content): string {
  return content.type
}
