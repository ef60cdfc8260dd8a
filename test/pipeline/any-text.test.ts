import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { faultText } from '../../topology/pipeline/fault-text.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { masked } from '../../topology/pipeline/masked.ts'
import { readSource } from '../../topology/pipeline/source.ts'
import { effect, fused, round } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'
import { withEdits } from './with-edits.ts'

const shipped = readFileSync(join(import.meta.dirname, '..', '..', 'pipeline.yaml'), 'utf8')
const files = [shipped, effect, fused, round]

/** Numbers below `limit` that only depend on the seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

/** Tokens cut out, doubled, exchanged or replaced: the slips of an editor and of a merge. */
function spoiled(text: string, below: (limit: number) => number): string {
  const tokens = text.split(/(\s+|[{}[\],:])/)
  for (let slips = 1 + below(3); slips > 0; slips--) {
    const at = below(tokens.length)
    const other = tokens[below(tokens.length)] ?? ''
    const odd = [
      '',
      '*deliver',
      '&x',
      '<<',
      'null',
      '[]',
      '{}',
      '-1',
      '\t',
      '"',
      '${A',
      '|',
      '__proto__',
    ]
    tokens[at] = [other, `${tokens[at]}${tokens[at]}`, odd[below(odd.length)] ?? ''][below(3)] ?? ''
  }
  return tokens.join('')
}

test('whatever the text, loading ends with faults at places in it, and never throws', () => {
  let failed = 0
  for (let seed = 0; seed < 100; seed++) {
    const below = numbers(seed)
    const text = spoiled(files[seed % files.length] ?? '', below)
    try {
      const { faults, pipeline } = loadPipeline(text, 'p.yaml', stageTypes)
      if (!pipeline) failed++
      assert.equal(
        pipeline === undefined,
        faults.some(({ severity }) => severity === 'error'),
      )
      const lines = text.split('\n').length
      for (const { place, edits } of faults) {
        assert.ok(place.line >= 1 && place.line <= lines && place.column >= 1)
        assert.ok(place.from <= place.to && place.to <= text.length)
        for (const { from, to } of edits) assert.ok(from >= 0 && from <= to && to <= text.length)
        loadPipeline(withEdits(text, edits), 'p.yaml', stageTypes)
      }
      faultText(faults, masked(readSource(text, 'p.yaml')))
    } catch (error) {
      throw new Error(`seed ${seed} breaks it:\n${text}`, { cause: error })
    }
  }
  assert.ok(failed > 40, 'most of these texts are wrong')
})
