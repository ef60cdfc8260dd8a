import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AvroType } from '../../topology/codec/avsc.ts'
import { KnownTexts } from '../../topology/codec/known-texts.ts'
import { text } from '../../topology/codec/text.ts'
import { writeText } from '../../topology/codec/write-text.ts'
import { encoded } from './encoded.ts'

const plain = AvroType.forSchema('string', { registry: {} })

/** Around every length at which the writer changes its way, in one, two, three and four bytes a character. */
const lengths = [0, 1, 15, 16, 20, 21, 22, 24, 25, 31, 32, 63, 64, 65, 2730, 4096, 8191, 8192]
const texts = ['a', 'é', '€', '😀'].flatMap((unit) =>
  lengths.flatMap((length) => [
    unit.repeat(length),
    `${'b'.repeat(length)}${unit}`,
    `${unit}${'b'.repeat(length)}`,
  ]),
)

describe('text', () => {
  test('writes what avsc writes, and reads it back, whatever its length in bytes', () => {
    for (const value of texts) {
      const bytes = plain.toBuffer(value)
      assert.deepEqual(encoded(text, value), bytes)
      assert.equal(text.fromBuffer(bytes), plain.fromBuffer(bytes))
      assert.equal(text.fromBuffer(bytes), plain.fromBuffer(bytes)) // from those it knows
    }
  })

  test('answers where it would end, and writes nothing beyond the room', () => {
    for (const value of texts) {
      const { length } = plain.toBuffer(value)
      for (const room of [0, 1, 2, length - 1].filter((each) => each >= 0 && each < length)) {
        const buffer = Buffer.alloc(room + 8, 0xee)
        assert.equal(writeText(buffer.subarray(0, room), 0, value), length)
        assert.deepEqual(buffer.subarray(room), Buffer.alloc(8, 0xee))
      }
      assert.equal(writeText(Buffer.alloc(length), 0, value), length)
    }
  })

  test('writes half of a surrogate pair as what it is read as: no UTF-8 says it', () => {
    for (const length of lengths) {
      const value = `${'b'.repeat(length)}\ud800`
      assert.equal(text.fromBuffer(encoded(text, value)), value.toWellFormed())
    }
  })

  test('refuses bytes that end too early, also where the text is known', () => {
    const bytes = encoded(text, 'whatsapp')
    text.fromBuffer(bytes)
    for (let end = 0; end < bytes.length; end++) {
      assert.throws(() => text.fromBuffer(bytes.subarray(0, end)))
    }
  })
})

describe('a long text read after another of as many characters as it has bytes', () => {
  const id = '0192f0c1-aaaa-7bbb-8ccc-00000000000'
  // Read as Latin-1 the bytes of the second are the first.
  const latin = `${'b'.repeat(30)}\u00e9\u0080\u0080`
  const utf8 = Buffer.from(latin, 'latin1').toString()
  const pairs: readonly (readonly [string, string])[] = [
    [`${id}1`, `${id}1`],
    [`${id}1`, `${id}2`],
    [`1${id}`, `2${id}`],
    [latin, utf8],
    [utf8, latin],
  ]
  for (const [first, second] of pairs) {
    test(`is itself: ${JSON.stringify(second)} after ${JSON.stringify(first)}`, () => {
      assert.equal(text.fromBuffer(encoded(text, first)), first)
      assert.equal(text.fromBuffer(encoded(text, second)), second)
    })
  }
})

describe('KnownTexts', () => {
  const known = new KnownTexts()
  const keepOnce = (value: string, bytes: Buffer) => known.keep(value, bytes, 0, bytes.length)
  const keep = (value: string, bytes: Buffer) => {
    keepOnce(value, bytes)
    keepOnce(value, bytes)
  }
  const find = (bytes: Buffer) => known.find(bytes, 0, bytes.length)

  test('finds a short text by its bytes', () => {
    keep('whatsapp', Buffer.from('whatsapp'))
    assert.equal(find(Buffer.from('whatsapp')), 'whatsapp')
    assert.equal(find(Buffer.from('whatsapq')), undefined)
    assert.equal(find(Buffer.from('wha_sapp')), undefined) // the same slot
  })

  test('keeps no text that came once, nor one that another came between', () => {
    keep('whatsapp', Buffer.from('whatsapp'))
    for (const value of ['wha_sapp', 'wha-sapp', 'wha_sapp']) {
      keepOnce(value, Buffer.from(value))
      assert.equal(find(Buffer.from(value)), undefined)
      assert.equal(find(Buffer.from('whatsapp')), 'whatsapp')
    }
  })

  test('keeps no text whose bytes are not its characters', () => {
    const malformed = Buffer.from([0x61, 0xff, 0x62])
    for (const bytes of [Buffer.from('olá'), malformed]) {
      keep(bytes.toString(), bytes)
      assert.equal(find(bytes), undefined)
    }
    assert.equal(find(Buffer.from([0xe9])), undefined)
  })

  test('keeps no long text', () => {
    const long = Buffer.from('x'.repeat(25))
    keep(long.toString(), long)
    assert.equal(find(long), undefined)
  })
})
