import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultCodes } from '../../topology/pipeline/faults.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { faultCases } from './fault-cases.ts'
import { marked } from './marked.ts'
import { effect, fused, round, small } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'
import { withEdits } from './with-edits.ts'

for (const {
  code,
  from,
  change,
  with: more = [],
  mends = false,
  options,
  and = [],
} of faultCases) {
  const { text, line, column } = marked(replaced(from, change, ...more))
  const load = (yaml: string) => loadPipeline(yaml, 'p.yaml', stageTypes, options)
  const [, shown = ''] = change

  test(`${code} (${faultCodes[code].title}) points to its place in: ${shown.trim()}`, () => {
    const { faults, pipeline } = load(text)
    const found = faults.filter((fault) => fault.code === code)
    assert.deepEqual(
      found.map(({ place }) => `${place.line}:${place.column}`),
      [`${line}:${column}`],
    )
    // One slip is one fault: nothing is reported that the change did not cause.
    assert.deepEqual(new Set(faults.map((fault) => fault.code)), new Set([code, ...and]))
    const failed = faults.some(({ severity }) => severity === 'error')
    assert.equal(pipeline === undefined, failed)
  })

  test(`${code}: the fix mends: ${shown.trim()}`, { skip: !mends && 'takes a person' }, () => {
    const fault = load(text).faults.find((each) => each.code === code)
    const mended = load(withEdits(text, fault?.edits ?? []))
    assert.deepEqual(
      mended.faults.filter((each) => each.code === code),
      [],
    )
  })
}

test('the files that the mistakes are put into have none themselves', () => {
  for (const yaml of [small, effect, fused, round])
    assert.deepEqual(loadPipeline(yaml, 'p.yaml', stageTypes).faults, [])
})

test('every code of the catalogue is provoked by at least one case', () => {
  assert.deepEqual(new Set(faultCases.map(({ code }) => code)), new Set(Object.keys(faultCodes)))
})

test('what is said to need a person carries no change, and what is said to mend does', () => {
  for (const { code, from, change, with: more = [], mends = false, options } of faultCases) {
    const { text } = marked(replaced(from, change, ...more))
    const fault = loadPipeline(text, 'p.yaml', stageTypes, options).faults.find(
      (f) => f.code === code,
    )
    assert.equal((fault?.edits.length ?? 0) > 0, mends, `${code} in ${change[1]}`)
  }
})

function replaced(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((rest, [what, by]) => {
    assert.ok(rest.includes(what), `the file holds no '${what}'`)
    return rest.replace(what, () => by)
  }, text)
}
