import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { toolsOf } from './fixtures.ts'

const file = new URL('../../pipeline.yaml', import.meta.url)
const { pipeline, faults } = loadPipeline(readFileSync(file, 'utf8'), 'pipeline.yaml', stageTypes)

describe('the stage types', () => {
  test('fit the shipped pipeline', () => {
    assert.deepEqual(
      faults.map(({ message }) => message),
      [],
    )
  })

  test('go by the names that pipeline.yaml uses', () => {
    for (const [name, type] of Object.entries(stageTypes)) assert.equal(type.name, name)
  })

  test('can be made with the settings that the check gives them', () => {
    const stages = Object.values(pipeline?.stages ?? {})
    assert.equal(stages.length, 16)
    for (const { id, use, settings, outputs } of stages) {
      const type = Object.values(stageTypes).find(({ name }) => name === use)
      assert.ok(type)
      const setup = { id, settings, outputs: Object.keys(outputs), tools: toolsOf() }
      assert.equal(type.create(setup).shape, type.shape)
    }
  })

  test('say what each option is for', () => {
    for (const { doc, options } of Object.values(stageTypes)) {
      for (const each of [doc, ...Object.values(options).map((option) => option.doc)]) {
        assert.match(each, /^[A-Z].*\.$/)
      }
    }
  })
})
