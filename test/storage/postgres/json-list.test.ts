import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteRoom } from '../../../storage/adapters/postgres/byte-room.ts'
import { JsonList } from '../../../storage/adapters/postgres/json-list.ts'

const texts = [
  '',
  'wamid.HBgM',
  'olá ção',
  'a "word" and a \\',
  'line\nand\ttab\0',
  '\u007f\u2028',
  'half: \ud83d',
  '😀',
  'x'.repeat(128),
  'x'.repeat(129),
  'ã'.repeat(5_000),
  null,
]
const numbers = [0, 1, 9, 10, 99, 100, 1_763_917_000_123, 2 ** 31, 2 ** 53 - 1, -1, -(2 ** 40)]
const lengths = [0, 1, 2, 3, 4, 5, 6, 60, 61, 62, 255, 256, 257, 2_000]
const maps = [{}, { name: 'value' }, { a: '1', 'é"': '\0', b: 'x'.repeat(300) }]

test('a list is written as JSON.stringify writes it, whatever stands in it', () => {
  // Small, so that it grows at every kind of part.
  const room = new ByteRoom(1)
  const list = new JsonList(room)
  const bytes = lengths.map((length) => Uint8Array.from({ length }, (_, nth) => nth * 37 + length))
  for (const round of [1, 2]) {
    const start = room.end
    list.begin()
    list.open()
    list.open()
    list.close()
    for (const text of texts) list.text(text)
    for (const number of numbers) {
      list.open()
      list.number(number)
      list.close()
    }
    for (const number of numbers) list.number(number)
    for (const each of bytes) list.base64(each)
    for (const map of maps) list.map(map)
    list.json(null)
    list.json([round, { deep: true }])
    list.close()
    assert.equal(
      room.bytes.toString('utf8', start, room.end),
      JSON.stringify([
        [],
        ...texts,
        ...numbers.map((number) => [number]),
        ...numbers,
        ...bytes.map((each) => Buffer.from(each).toString('base64')),
        ...maps,
        null,
        [round, { deep: true }],
      ]),
    )
  }
})

test('what was left off in the middle of a list leaves nothing in the next', () => {
  const room = new ByteRoom(100)
  const list = new JsonList(room)
  list.begin()
  list.open()
  list.open()
  list.number(1)
  room.end = 0
  list.begin()
  list.open()
  list.text('x')
  list.close()
  assert.equal(room.bytes.toString('utf8', 0, room.end), '["x"]')
})

test('numbers of any length are written as they are, also by code that was compiled meanwhile', () => {
  const room = new ByteRoom(1)
  const list = new JsonList(room)
  const written: number[] = []
  list.begin()
  list.open()
  for (let nth = 0; nth < 40_000; nth++) {
    // Of one digit up to sixteen.
    const number = Math.floor((2 ** (nth % 53) * (nth % 1_009)) / 1_009) + (nth % 10)
    written.push(number)
    list.number(number)
  }
  list.close()
  assert.equal(room.bytes.toString('utf8', 0, room.end), JSON.stringify(written))
})
