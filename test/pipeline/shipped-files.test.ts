import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'

const root = join(import.meta.dirname, '..', '..')

function loaded(file: string): Pipeline {
  const { pipeline, faults } = loadPipeline(
    readFileSync(join(root, file), 'utf8'),
    file,
    stageTypes,
  )
  assert.deepEqual(faults, [])
  assert.ok(pipeline)
  return pipeline
}

test('the shipped pipeline.yaml has no fault, and every edge in it is a topic', () => {
  const { stages } = loaded('pipeline.yaml')
  const edges = Object.values(stages).flatMap(({ inputs }) => Object.values(inputs).flat())
  assert.ok(edges.length >= 16)
  assert.ok(edges.every(({ inline }) => !inline))
})

test('the fused variant differs only in the three edges from validate to route', () => {
  const fused = loaded('pipeline.fused.yaml')
  const inline = Object.values(fused.stages).filter(({ inputs }) => inputs['in']?.[0]?.inline)
  assert.deepEqual(
    inline.map(({ id }) => id),
    ['dedup', 'enrich', 'route'],
  )
  const { revision, ...unfused } = structuredClone(fused)
  for (const { inputs } of Object.values(unfused.stages))
    for (const edges of Object.values(inputs))
      for (const edge of edges) Object.assign(edge, { inline: false })
  const shipped = loaded('pipeline.yaml')
  assert.notEqual(revision, shipped.revision)
  assert.deepEqual({ ...unfused, revision: shipped.revision }, shipped)
})

test('stages that share an anchor keep what is their own', () => {
  const { stages } = loaded('pipeline.yaml')
  for (const channel of ['whatsapp', 'messenger', 'instagram', 'telegram']) {
    const stage = stages[`deliver.${channel}`]
    assert.equal(stage?.settings['channel'], channel)
    assert.deepEqual(stage.inputs, { in: [{ topic: `deliveries.${channel}`, inline: false }] })
    assert.deepEqual(stage.park, {
      minBackoffMs: 5_000,
      maxBackoffMs: 300_000,
      maxAgeMs: 86_400_000,
      // biome-ignore lint/suspicious/noThenProperty: the model's own word; nothing awaits a policy
      then: 'dead-letter',
    })
  }
})
