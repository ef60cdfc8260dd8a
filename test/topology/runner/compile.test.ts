import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { stageTypes } from '../../../stages/index.ts'
import { loadPipeline } from '../../../topology/pipeline/load.ts'
import type { Pipeline } from '../../../topology/pipeline/model.ts'
import { compileUnits, topicSpecs } from '../../../topology/runner/compile.ts'
import { pipelineOf, stageOf, topicOf, typeOf } from './bench-rig.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const day = 86_400_000

function shipped(file: string): Pipeline {
  const { pipeline } = loadPipeline(readFileSync(join(root, file), 'utf8'), file, stageTypes)
  assert.ok(pipeline)
  return pipeline
}

const pass = typeOf('pass', { shape: 'transform', run: () => [] })
const act = typeOf('act', {
  shape: 'keyed-effect',
  group: () => 'g',
  giveUp: () => [],
  act: async () => ({ kind: 'done', emit: [] }),
})

describe('the topics a pipeline needs', () => {
  const specs = topicSpecs(shipped('pipeline.yaml'), stageTypes)
  const named = (name: string) => specs.find((spec) => spec.name === name)

  test('hold dead letters for each stage, and a park and its marks for effects only', () => {
    assert.ok(named('validate.dlq'))
    assert.equal(named('validate.park'), undefined)
    assert.ok(named('deliver.telegram.dlq'))
    assert.ok(named('deliver.telegram.park'))
    assert.equal(named('deliver.telegram.blocked')?.cleanup, 'compact')
  })

  test('give a park as many partitions as the topic it stands beside', () => {
    const partitions = named('deliveries.telegram')?.partitions
    assert.equal(named('deliver.telegram.park')?.partitions, partitions)
    assert.equal(named('deliver.telegram.blocked')?.partitions, partitions)
  })

  test('keep a parked record for longer than it may wait', () => {
    assert.ok((named('deliver.telegram.park')?.retentionMs ?? 0) >= 2 * day)
  })

  test('have retentions that are numbers of milliseconds, also where a hold has no end', () => {
    for (const { name, retentionMs } of specs) {
      assert.ok(
        Number.isSafeInteger(retentionMs) && retentionMs <= 365 * day,
        `${name}: ${retentionMs}`,
      )
    }
  })
})

describe('the units of a pipeline', () => {
  test('are one for each stage where every edge is a topic', () => {
    const pipeline = pipelineOf(
      [topicOf('a'), topicOf('b')],
      [
        stageOf('pass', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } }),
        stageOf('act', { from: 'b' }),
      ],
    )
    const units = compileUnits(pipeline, { pass, act }, undefined)
    assert.deepEqual(
      units.map(({ group }) => group),
      ['rig.pass', 'rig.act'],
    )
  })

  test('are those that are asked for, and no other stage is made', () => {
    const pipeline = pipelineOf(
      [topicOf('a'), topicOf('b')],
      [
        stageOf('pass', { from: 'a', outputs: { out: { topic: 'b', maxHops: null } } }),
        stageOf('act', { from: 'b' }),
      ],
    )
    const untouched = {
      ...act,
      create: () => assert.fail('a stage of another process was made'),
    }
    const units = compileUnits(pipeline, { pass, act: untouched }, undefined, ['pass'])
    assert.deepEqual(
      units.map(({ group }) => group),
      ['rig.pass'],
    )
  })

  test('are fewer in the fused variant, by the stages that are fused', () => {
    const heads = (file: string) => {
      const { stages } = shipped(file)
      return Object.values(stages).filter((stage) =>
        Object.values(stage.inputs)
          .flat()
          .some(({ inline }) => !inline),
      ).length
    }
    assert.equal(heads('pipeline.yaml') - heads('pipeline.fused.yaml'), 3)
  })

  test('refuse a stage type that is not there, and a topic that is not declared', () => {
    const code = { code: 'C4A_PIPELINE_INVALID' }
    const unknownType = pipelineOf([topicOf('a')], [stageOf('gone', { from: 'a' })])
    assert.throws(() => compileUnits(unknownType, { pass }, undefined), code)
    const unknownTopic = pipelineOf([topicOf('a')], [stageOf('pass', { from: 'nowhere' })])
    assert.throws(() => compileUnits(unknownTopic, { pass }, undefined), code)
  })
})
