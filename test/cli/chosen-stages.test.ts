import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { chosenStages } from '../../cli/commands/chosen-stages.ts'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'

function pipelineOf(file: string) {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  const { pipeline } = loadPipeline(text, file, stageTypes)
  assert.ok(pipeline)
  return pipeline
}
const apart = pipelineOf('pipeline.yaml')
const fused = pipelineOf('pipeline.fused.yaml')

describe('stages that are chosen', () => {
  test('run once each, however often they are named', () => {
    assert.deepEqual(chosenStages(apart, ['route', 'dedup', 'route']), ['route', 'dedup'])
  })

  test('that are not there are answered with what was most likely meant', () => {
    assert.throws(() => chosenStages(apart, ['validte']), /'validte'.*Did you mean 'validate'\?/)
    assert.throws(() => chosenStages(apart, ['x']), /none of that name\. It has validate, dedup/)
  })

  test('that are fused behind another are run with that one', () => {
    assert.throws(() => chosenStages(fused, ['route']), /inline.*Run --stage validate/)
    assert.deepEqual(chosenStages(fused, ['validate']), ['validate'])
  })
})
