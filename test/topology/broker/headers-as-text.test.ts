import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeFrames } from '../../../topology/adapters/file-log/frame-codec.ts'
import { frameRoom } from '../../../topology/adapters/file-log/frame-room.ts'
import { FrameRuns } from '../../../topology/adapters/file-log/frame-runs.ts'
import { HeaderReader } from '../../../topology/adapters/file-log/header-reader.ts'
import { HeaderWriter } from '../../../topology/adapters/file-log/header-writer.ts'
import type { Headers } from '../../../topology/contract/record.ts'

const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`name-${n}`, `${n}`]))
const first = (count: number) => Object.fromEntries(Object.entries(many).slice(0, count))
const odd: readonly Headers[] = [
  {},
  { '': '' },
  { a: '' },
  { a: '1', b: '2' },
  { a: '1', b: '3' },
  { a: '22', b: '3' },
  { b: '2', a: '1' },
  { a: '1' },
  { a: 'x'.repeat(16_383), b: 'y'.repeat(128) },
  { a: 'x'.repeat(16_384), b: '' },
  { ['n'.repeat(127)]: '1' },
  { ['n'.repeat(128)]: '1' },
  { naïve: 'olá "🙂"\n\0', '{': '}' },
  ...[7, 8, 31, 32, 120, 121].map(first),
  { ...first(31), 'name-30': 'the last' },
  { ...first(32), 'name-0': 'the first', 'name-31': 'and the last' },
  { ...first(120), 'name-119': 'the last' },
  many,
  JSON.parse('{"__proto__": "own", "a": "1"}'),
]

/** As a run of frames has them: only the first is fresh. */
function written(run: readonly Headers[]): readonly string[] {
  const writer = new HeaderWriter()
  return run.map((headers, nth) => {
    const most = writer.next(headers)
    const text = textOf(writer, most, nth === 0)
    assert.ok(text.length <= most, `${text.length} units, told were at most ${most}`)
    assert.equal(writer.units, text.length)
    return text
  })
}

/** What it writes into as much room as it is owed. */
function textOf(writer: HeaderWriter, units: number, fresh: boolean): string {
  const room = Buffer.alloc(3 * units)
  return room.toString('utf8', 0, writer.write(room, 0, fresh))
}

function read(texts: readonly string[]): readonly Headers[] {
  const reader = new HeaderReader()
  return texts.map((text) => reader.read(`key${text}`, 3))
}

describe('headers as text', () => {
  for (const [nth, headers] of odd.entries()) {
    test(`come back as they were, before, behind and between any others: ${nth}`, () => {
      for (const other of odd) {
        const run = [headers, other, headers, headers, other, other, headers]
        const found = read(written(run))
        assert.deepEqual(found.map(Object.entries), run.map(Object.entries))
        for (const each of found) assert.equal(Object.getPrototypeOf(each), Object.prototype)
      }
    })
  }

  test('leave out what is as in the record before', () => {
    const shared = { tenant: 'acme', trace: 't'.repeat(55), revision: 'r1' }
    const [whole = '', same = '', other = ''] = written([
      { id: 'm-1', ...shared },
      { id: 'm-1', ...shared },
      { id: 'm-22', ...shared },
    ])
    assert.ok(whole.length > 80)
    assert.equal(same.length, 2)
    assert.equal(other.length, 4 + 'm-22'.length)
  })

  test('begin anew where a run of frames begins', () => {
    const writer = new HeaderWriter()
    const texts = [{ a: '1' }, { a: '2' }, { a: '3' }].map((headers, nth) => {
      return textOf(writer, writer.next(headers), nth !== 1)
    })
    assert.deepEqual(read(texts.slice(0, 2)), [{ a: '1' }, { a: '2' }])
    assert.deepEqual(read(texts.slice(2)), [{ a: '3' }])
  })
})

test('a run of frames that is read from its middle has the headers of each', () => {
  const runs = new FrameRuns(frameRoom())
  const headers = ['1', '1', '2', '2', '3'].map((trace, nth) => ({ id: `m-${nth}`, trace }))
  headers.forEach((each, nth) => {
    runs.add(7 + nth, { key: 'k', headers: each }, null, nth)
  })
  const [run] = runs.take()
  assert.ok(run)
  const bytes = run.memory.bytes.subarray(0, run.length)
  for (let from = 7; from < 12; from++) {
    const found = decodeFrames(bytes, 't', 0, 7, from)
    assert.deepEqual(
      found.map((record) => record.headers),
      headers.slice(from - 7),
    )
  }
})

test('headers of a record whose value could not be written are in no frame, and are not left out of the next', () => {
  const runs = new FrameRuns(frameRoom())
  const bad = {
    bound: 8,
    write() {
      throw new Error('no such value')
    },
  }
  const long = { bound: 8, write: (_: Buffer, at: number) => at + 100_000 }
  const steps = [bad, null, bad, bad, null, long, null, null, bad]
  let next = 0
  steps.forEach((value, nth) => {
    const add = () => runs.add(next, { key: 'k', headers: { id: `m-${nth}`, all: 'a' } }, value, 0)
    if (value === null) {
      add()
      next += 1
    } else assert.throws(add)
  })
  const found = runs.take().flatMap(({ memory, first, length }) => {
    return decodeFrames(memory.bytes.subarray(0, length), 't', 0, first, first)
  })
  assert.deepEqual(
    found.map(({ offset, headers }) => [offset, headers['id'], headers['all']]),
    [1, 4, 6, 7].map((nth, offset) => [offset, `m-${nth}`, 'a']),
  )
})
