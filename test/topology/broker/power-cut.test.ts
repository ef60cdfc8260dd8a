import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { decodeFrames } from '../../../topology/adapters/file-log/frame-codec.ts'
import { scanLast } from '../../../topology/adapters/file-log/log-scan.ts'
import { all, newTopic, record, text } from '../../conformance/broker/broker-fixtures.ts'
import { copied, logFolder, openLog } from './log-folder.ts'

/** A log of three commits, the last of which has offset 2 and those from there on, as a kill leaves it: no checkpoint says what is certain. */
async function threeCommits(t: TestContext, last: readonly string[]) {
  const running = await logFolder(t)
  const { broker, data } = await openLog(t, running, { checkpointMs: 1e9 })
  const topic = await newTopic(broker, { partitions: 1 })
  await broker.append([record(topic, 'k', '0')])
  await broker.append([record(topic, 'k', '1')])
  const begin = data.files.next()
  await broker.append(last.map((value) => record(topic, 'k', value)))
  const folder = await copied(t, running)
  const file = fileIn(folder)
  return { folder, topic, file, bytes: readFileSync(file).subarray(0, data.files.next()), begin }
}

function fileIn(folder: string): string {
  const [file = ''] = globSync(join(folder, 'log', '*.log'))
  return file
}

type Log = Awaited<ReturnType<typeof threeCommits>>

/** Opens the log with these bytes, appends once more, opens again, and answers with all values. */
async function reopened(t: TestContext, log: Log, bytes: Uint8Array) {
  const folder = await copied(t, log.folder)
  writeFileSync(fileIn(folder), bytes)
  const first = await openLog(t, folder)
  const values = (await all(first.broker, log.topic)).map(text)
  const [position] = await first.broker.append([record(log.topic, 'k', 'on')])
  assert.equal(position?.offset, values.length, 'offsets go on behind what is left')
  await first.close()
  const second = await openLog(t, folder)
  assert.deepEqual((await all(second.broker, log.topic)).map(text), [...values, 'on'])
  await second.close()
  return values
}

/** What the last file tells of: values, and a question mark for what would be reported as damaged. */
function told({ file }: Log, bytes: Uint8Array): readonly (string | null)[] {
  writeFileSync(file, bytes)
  const values: (string | null)[] = []
  scanLast(file, 0, 0, ({ segments }, frames) => {
    for (const segment of segments) {
      const found = frames(segment)
      const records = found && decodeFrames(found, '', 0, segment.first, 0)
      values.push(...(records?.map(text) ?? ['?']))
    }
  })
  return values
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

describe('after a power cut', () => {
  test('the log ends before a commit of which any byte is missing', async (t) => {
    const log = await threeCommits(t, ['2'])
    for (let end = log.begin; end < log.bytes.byteLength; end++) {
      const cut = log.bytes.subarray(0, end)
      assert.deepEqual(told(log, cut), ['0', '1'], `${end}`)
      if (end % 40 === 0) assert.deepEqual(await reopened(t, log, cut), ['0', '1'], `${end}`)
    }
    assert.deepEqual(await reopened(t, log, log.bytes), ['0', '1', '2'])
  })

  test('or in which any byte is another, as where the disk wrote only some of its sectors', async (t) => {
    const log = await threeCommits(t, ['2'])
    for (let at = log.begin; at < log.bytes.byteLength; at++) {
      assert.deepEqual(told(log, flipped(log.bytes, at)), ['0', '1'], `${at}`)
    }
    const zeros = Uint8Array.from(log.bytes).fill(0, log.begin)
    assert.deepEqual(await reopened(t, log, zeros), ['0', '1'])
    const filledAhead = Buffer.concat([log.bytes, new Uint8Array(5000)])
    assert.deepEqual(await reopened(t, log, filledAhead), ['0', '1', '2'])
  })

  test('of a commit of several blocks those are kept that stand before the first damage', async (t) => {
    const long = 'x'.repeat(300_000)
    const last = ['2', '3', '4', '5'].map((name) => name + long)
    const log = await threeCommits(t, last)
    const first = (values: readonly (string | null)[]) => values.map((value) => value?.[0])
    const third = log.bytes.indexOf('4xxx')
    assert.deepEqual(first(await reopened(t, log, flipped(log.bytes, third))), ['0', '1', '2', '3'])
    const beginning = flipped(log.bytes, log.begin)
    assert.deepEqual(await reopened(t, log, beginning), ['0', '1'], 'nothing is kept behind it')
  })

  test('what was left by a longer commit that failed is no part of a shorter one after it', async (t) => {
    const long = 'x'.repeat(300_000)
    const log = await threeCommits(
      t,
      ['2', '3', '4'].map((name) => name + long),
    )
    const shorter = await threeCommits(t, ['2'])
    const mixed = Buffer.concat([shorter.bytes, log.bytes.subarray(shorter.bytes.byteLength)])
    assert.deepEqual(await reopened(t, shorter, mixed), ['0', '1', '2'])
  })

  test('damage before the last commit is no power cut: nothing acknowledged is cut off', async (t) => {
    const log = await threeCommits(t, ['2'])
    const corrupt = { code: 'C4A_STORE_CORRUPT' }
    let refused = 0
    for (let at = 0; at < log.begin; at++) {
      try {
        const values = told(log, flipped(log.bytes, at))
        assert.equal(values.length, 3, `${at}`)
        assert.equal(values.filter((value) => value === '?').length, 1, `${at}`)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'C4A_STORE_CORRUPT', `${at}`)
        refused += 1
      }
    }
    assert.equal(refused, 2 * (32 + 40), 'heads and directories of both')

    writeFileSync(log.file, flipped(log.bytes, log.begin - 1))
    const { broker, close } = await openLog(t, log.folder)
    assert.equal((await broker.ends(log.topic))[0]?.next, 3)
    await assert.rejects(all(broker, log.topic, 0, 1), corrupt)
    assert.deepEqual((await all(broker, log.topic, 0, 2)).map(text), ['2'])
    await close()
    writeFileSync(log.file, flipped(log.bytes, 0))
    await assert.rejects(openLog(t, log.folder), corrupt)
  })

  test('nothing is missing of what a checkpoint knows', async (t) => {
    const log = await threeCommits(t, ['2'])
    writeFileSync(log.file, log.bytes)
    await (await openLog(t, log.folder)).close()
    for (const bytes of [
      log.bytes.subarray(0, -1),
      log.bytes.subarray(0, log.begin),
      flipped(log.bytes, log.begin),
    ]) {
      writeFileSync(log.file, bytes)
      await assert.rejects(openLog(t, log.folder), { code: 'C4A_STORE_CORRUPT' })
    }
  })
})
