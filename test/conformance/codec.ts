import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { AvroRecord } from '../../schemas/resolve.ts'
import type { Message } from '../../schemas/types.ts'
import { isCode } from '../../topology/contract/errors.ts'
import type { AvroName } from '../../topology/contract/stage.ts'
import type { Codec } from '../../topology/ports/codec.ts'

/** A codec over these schemas; every one of a test shares a registry. `known` says what that registry has. */
export type MakeCodec = (schemas: ReadonlyMap<string, AvroRecord>) => Promise<Codec>

export const hello: Message = {
  messageId: 'm-1',
  submissionId: '018f3a2b-7c31-7d2e-9f10-aabbccddeeff',
  tenant: 'default',
  conversationId: 'c_1',
  direction: 'outbound',
  senderId: 'key_1',
  channel: 'whatsapp',
  account: null,
  address: '5511999990001',
  acceptedAt: 1764000000000,
  expiresAt: null,
  sendAt: null,
  fallback: [],
  humanAgent: false,
  replyTo: null,
  providerMessageId: null,
  metadata: { order: '12', naïve: 'ção 👋' },
  digest: '0123456789abcdef0123456789abcdef',
  contentKind: 'text',
  content: new Uint8Array([0, 1, 255]),
  seal: { keyId: 'k', algorithm: 'AES-256-GCM', nonce: new Uint8Array(12) },
  origin: { displayName: 'Ana', otherAddress: null, chat: null, conversationId: null },
}

/** What every Codec owes, whatever registry stands behind it. */
export function codecSuite(
  name: string,
  schemas: ReadonlyMap<string, AvroRecord>,
  fresh: (test: TestContext) => Promise<MakeCodec>,
): void {
  describe(`codec: ${name}`, () => {
    test('gives back what it was given, bytes as bytes and absent values as null', async (t) => {
      const codec = await (await fresh(t))(schemas)
      assert.deepEqual(plain(codec.decode('Message', codec.encode('Message', hello))), plain(hello))
    })

    test('answers with objects that compare equal to literals', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const { seal, metadata } = codec.decode('Message', codec.encode('Message', hello)) as Message
      assert.equal(Object.getPrototypeOf(seal), Object.prototype)
      assert.deepStrictEqual(metadata, hello.metadata)
    })

    test('writes a zero byte and the schema id before the body', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const bytes = codec.encode('ReactionContent', { emoji: 'hi' })
      assert.equal(bytes[0], 0)
      assert.ok(Buffer.from(bytes).readUInt32BE(1) > 0)
      assert.deepEqual([...bytes.subarray(5)], [4, 104, 105])
    })

    test('leaves earlier answers alone while it writes later and larger ones', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const sizes = [10, 40_000, 30_000, 200_000, 5, 60_000, 65_531, 65_530, 3]
      const texts = sizes.map((size, at) => String.fromCharCode(97 + at).repeat(size))
      const encoded = texts.map((text) => codec.encode('ReactionContent', { emoji: text }))
      const decoded = encoded.map(
        (bytes) => codec.decode('ReactionContent', bytes) as { emoji: string },
      )
      assert.deepEqual(
        decoded.map(({ emoji }) => emoji),
        texts,
      )
    })

    test('writes the same into a buffer of the caller, and tells how much room that takes', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const bytes = Buffer.from(codec.encode('Message', hello))
      for (let room = 0; room <= bytes.length + 3; room++) {
        const buffer = Buffer.alloc(2 + room, 0xee)
        const end = codec.write('Message', hello, buffer, 2)
        assert.equal(end, 2 + bytes.length)
        assert.deepEqual([buffer[0], buffer[1]], [0xee, 0xee])
        if (room >= bytes.length) assert.deepEqual(buffer.subarray(2, end), bytes)
      }
      assert.throws(
        () => codec.write('Message', { ...hello, channel: 7 }, Buffer.alloc(1_000), 0),
        (error) => isCode(error, 'C4A_RECORD_UNENCODABLE'),
      )
    })

    test('names the field, what it wants and what it got, and never the value', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const wrong = {
        message: { ...hello, content: 'secret words', acceptedAt: 1.5 },
        recipients: [{ participantId: 'p', channel: 'telegram', account: 'a', address: 7 }],
      }
      assert.throws(
        () => codec.encode('EnrichedMessage', wrong),
        (error: Error) => {
          assert.ok(isCode(error, 'C4A_RECORD_UNENCODABLE'))
          assert.match(error.message, /EnrichedMessage/)
          assert.match(error.message, /message\.content wants bytes, got string/)
          assert.match(
            error.message,
            /message\.acceptedAt wants long, got a number that is no integ/,
          )
          assert.match(error.message, /recipients\.0\.address wants string, got number/)
          assert.doesNotMatch(error.message + String(error.cause), /secret words/)
          return true
        },
      )
    })

    // `id` stands for the five bytes before the body of a Message: a registry gives what id it likes.
    for (const bytes of ['', '00', 'id', '0100000001 02', '7b7d', 'id ffff']) {
      test(`refuses ${bytes || 'no bytes'} as undecodable or unknown`, async (t) => {
        const codec = await (await fresh(t))(schemas)
        const id = Buffer.from(codec.encode('Message', hello)).toString('hex', 0, 5)
        const refused = (error: unknown) => isCode(error, 'C4A_RECORD_UNDECODABLE')
        const junk = Buffer.from(bytes.replace('id', id).replaceAll(' ', ''), 'hex')
        assert.throws(() => codec.decode('Message', junk), refused)
      })
    }

    test('refuses a record cut short anywhere, and one with bytes behind it', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const bytes = Buffer.from(codec.encode('Message', hello))
      const refused = (error: unknown) => isCode(error, 'C4A_RECORD_UNDECODABLE')
      for (let length = 0; length < bytes.length; length++) {
        assert.throws(() => codec.decode('Message', bytes.subarray(0, length)), refused)
      }
      assert.throws(() => codec.decode('Message', Buffer.concat([bytes, Buffer.alloc(1)])), refused)
    })

    test('asks to learn a schema id it has not met, and reads after that', async (t) => {
      const make = await fresh(t)
      const later = withField(schemas, 'ReactionContent', {
        name: 'html',
        type: 'boolean',
        default: true,
      })
      const [old, young] = [await make(schemas), await make(later)]
      const bytes = young.encode('ReactionContent', { emoji: 'hi', html: false })
      const unknown = (error: unknown) => isCode(error, 'C4A_SCHEMA_UNKNOWN')
      assert.throws(() => old.decode('ReactionContent', bytes), unknown)
      await old.learn('ReactionContent', [bytes, bytes])
      assert.deepStrictEqual(old.decode('ReactionContent', bytes), { emoji: 'hi' })
    })

    test('learns what a reader met inside a record, without being told where', async (t) => {
      const make = await fresh(t)
      const later = withField(schemas, 'ReactionContent', {
        name: 'html',
        type: 'boolean',
        default: true,
      })
      const [old, young] = [await make(schemas), await make(later)]
      await old.learnPending()
      const bytes = young.encode('ReactionContent', { emoji: 'hi', html: false })
      const unknown = (error: unknown) => isCode(error, 'C4A_SCHEMA_UNKNOWN')
      assert.throws(() => old.decode('ReactionContent', bytes), unknown)
      await old.learnPending()
      assert.deepStrictEqual(old.decode('ReactionContent', bytes), { emoji: 'hi' })
    })

    test('fills in the default of a field that an older writer did not have', async (t) => {
      const make = await fresh(t)
      const later = withField(schemas, 'ReactionContent', {
        name: 'html',
        type: 'boolean',
        default: true,
      })
      const [old, young] = [await make(schemas), await make(later)]
      const bytes = old.encode('ReactionContent', { emoji: 'hi' })
      await young.learn('ReactionContent', [bytes])
      assert.deepStrictEqual(young.decode('ReactionContent', bytes), { emoji: 'hi', html: true })
    })

    test('gives up on an id that the registry does not have', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const bytes = Buffer.from('00000f423f02', 'hex')
      await codec.learn('Message', [bytes])
      assert.throws(
        () => codec.decode('Message', bytes),
        (error) => isCode(error, 'C4A_RECORD_UNDECODABLE'),
      )
    })

    test('refuses the bytes of another type', async (t) => {
      const codec = await (await fresh(t))(schemas)
      const bytes = codec.encode('ReactionContent', { emoji: 'hi' })
      await codec.learn('Message', [bytes])
      assert.throws(
        () => codec.decode('Message', bytes),
        (error) => isCode(error, 'C4A_RECORD_UNDECODABLE'),
      )
    })

    test('has an id for every type', async (t) => {
      const codec = await (await fresh(t))(schemas)
      for (const type of schemas.keys()) {
        assert.throws(() => codec.encode(type as AvroName, null), /C4A|wants/)
      }
    })
  })
}

/** Buffers and Uint8Arrays of equal bytes are equal to a reader, but not to deepEqual. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]))
}

function withField(
  schemas: ReadonlyMap<string, AvroRecord>,
  name: string,
  field: AvroRecord['fields'][number],
): ReadonlyMap<string, AvroRecord> {
  const schema = schemas.get(name)
  assert.ok(schema)
  return new Map([...schemas, [name, { ...schema, fields: [...schema.fields, field] }]])
}
