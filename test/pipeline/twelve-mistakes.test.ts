import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stageTypes } from '../../stages/index.ts'
import type { Fault } from '../../topology/pipeline/fault.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { withEdits } from './with-edits.ts'

const file = 'test/pipeline/twelve-mistakes.yaml'
const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
const load = (yaml: string) => loadPipeline(yaml, file, stageTypes)
const { faults } = load(text)

/** Where each mistake stands, and what stands there. */
const mistakes = [
  ['7:32', 'C4A1103', 'Mesage'],
  ['11:3', 'C4A1203', 'messages.forgotten'],
  ['12:72', 'C4A1501', '6h'],
  ['25:10', 'C4A1101', 'deduup'],
  ['27:13', 'C4A1002', 'windw'],
  ['28:20', 'C4A1102', 'mesages.unique'],
  ['33:5', 'C4A1106', 'out'],
  ['37:16', 'C4A1204', 'messages.submitted'],
  ['41:9', 'C4A1301', 'messages.unique'],
  ['50:37', 'C4A1303', 'deliveries.telegram'],
  ['52:23', 'C4A1505', '1m..500ms'],
  ['59:52', 'C4A1601', 'EAAGm0PX4ZCps'],
] as const

const identity = ({ code, message }: Fault) => `${code} ${message}`

test('each of the twelve mistakes is reported at its exact place, and nothing else is', () => {
  assert.deepEqual(
    faults.map(({ place, code }) => [
      `${place.line}:${place.column}`,
      code,
      text.slice(place.from, place.to),
    ]),
    mistakes,
  )
})

for (const fault of faults) {
  test(`the fix of ${fault.code} makes that fault vanish and brings no other`, () => {
    assert.ok(fault.edits.length > 0, 'this fault carries a fix that a program can make')
    const left = load(withEdits(text, fault.edits)).faults.map(identity)
    assert.deepEqual(
      left.toSorted(),
      faults
        .filter((each) => each !== fault)
        .map(identity)
        .toSorted(),
    )
  })
}

test('with all twelve fixes made the pipeline loads', () => {
  const mended = load(
    withEdits(
      text,
      faults.flatMap(({ edits }) => edits),
    ),
  )
  assert.deepEqual(mended.faults, [])
  assert.equal(mended.pipeline?.name, 'twelve')
})
