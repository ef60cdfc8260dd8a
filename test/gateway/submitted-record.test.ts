import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contentCodec } from '../../domain/content-codec.ts'
import { keyedIds } from '../../domain/ids.ts'
import { requestDigest } from '../../gateway/operations/request-digest.ts'
import type { SendRequest } from '../../gateway/operations/send-request.ts'
import { SubmittedRecord } from '../../gateway/operations/submitted-record.ts'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { seededRandom } from '../random.ts'

const codec = await avroCodec(loadSchemas(), memoryRegistry())
const ids = keyedIds(new TextEncoder().encode('a secret for tests'))
const topics = { submitted: 'messages.submitted' } as never
const tools = { codec, content: contentCodec(codec), topics, revision: 'r1' }

interface Texts {
  readonly tenant: string
  readonly messageId: string
  readonly address: string
}

function recordOf(request: SendRequest, { tenant, messageId, address }: Texts): SubmittedRecord {
  const conversationId = 'c_0123456789abcdefghijkl'
  const target = { conversationId, key: 'k', channel: 'whatsapp', account: 'main', address }
  const caller = { tenant, keyId: 'key_1', role: 'sender' } as const
  const acceptedAt = 1_764_000_000_000
  return new SubmittedRecord(
    tools,
    {
      acceptance: { caller, traceparent: 't', acceptedAt, acceptedAtText: `${acceptedAt}` },
      request,
      target,
      expiresAt: null,
      sendAt: null,
      fallback: [],
      ids: { messageId, submissionId: '018f3a2b-7c31-7d2e-9f10-aabbccddeeff', conversationId },
    },
    requestDigest(request, ids),
  )
}

describe('a submitted record', () => {
  test('is the same written in its place, in no more than it asks for', () => {
    const random = seededRandom(11)
    const unit = () => random.pick(['', 'a', 'é', '€', '😀', 'b'.repeat(20)])
    let inPlace = 0
    for (let nth = 0; nth < 3_000; nth++) {
      const metadata = Object.fromEntries(
        // In the order in which they are digested.
        Array.from({ length: random.below(26) }, (_, at) => [
          String.fromCharCode(97 + at) + unit(),
          unit().repeat(random.below(9)),
        ]),
      )
      const text = unit().repeat(1 + random.below(90))
      const address = unit().repeat(random.below(12))
      const to = { channel: 'whatsapp', address }
      const request = { to, content: { type: 'text', text }, metadata } as const
      const texts = { tenant: unit(), messageId: unit().repeat(6), address: unit().repeat(12) }
      const record = recordOf(request, texts)
      const room = record.inPlace
      if (room === undefined) continue
      inPlace++
      const buffer = Buffer.alloc(room.bound + 7)
      const end = room.write(buffer, 7)
      assert.ok(end <= buffer.length, `${nth}: ${end - 7} bytes, asked for ${room.bound}`)
      assert.deepEqual(buffer.subarray(7, end), record.value)
    }
    assert.ok(inPlace > 1_000)
  })

  test('is made apart where it is no plain text, or a long one', () => {
    const texts = { tenant: 'acme', messageId: 'm', address: '1' }
    const to = { channel: 'whatsapp', address: '1' }
    const long = { to, content: { type: 'text', text: 'x'.repeat(5_000) } } as const
    const other = { to, content: { type: 'location', latitude: 1, longitude: 2 } } as const
    for (const request of [long, other]) {
      const record = recordOf(request, texts)
      assert.equal(record.inPlace, undefined)
      assert.equal(record.value, record.value)
    }
  })
})
