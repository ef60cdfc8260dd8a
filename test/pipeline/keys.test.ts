import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { effect, fused, small } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'

const places = (yaml: string, types = stageTypes) =>
  loadPipeline(yaml, 'p.yaml', types).faults.map(
    ({ code, place }) => `${code} ${place.line}:${place.column}`,
  )

test('the keys of a keyed effect agree over all its ports', () => {
  const types = structuredClone(stageTypes)
  Object.assign(types['deliver']?.in ?? {}, { more: 'Delivery' })
  const yaml = effect.replace('{ in: [d, e] }', '{ in: d, more: e }')
  assert.deepEqual(places(yaml, types), [])
  const other = yaml.replace(
    'e: { value: Delivery, key: participant',
    'e: { value: Delivery, key: chat',
  )
  assert.deepEqual(places(other, types), ['C4A1303 11:24'])
})

test('partition counts matter to a keyed effect only', () => {
  const yaml = small
    .replace(
      'topics:\n',
      'topics:\n  z: { value: Message, key: conversation, partitions: 3, source: gateway }\n',
    )
    .replace('in: a', 'in: [a, z]')
  assert.deepEqual(places(yaml), [])
})

test('a compacted topic keeps its records whatever its readers wait', () => {
  const yaml = effect
    .replace('topics:', 'defaults: { topic: { retention: 1h } }\ntopics:')
    .replace('retention: 7d', 'cleanup: compact')
    .replace('e: { value: Delivery,', 'e: { value: Delivery, cleanup: compact,')
  assert.deepEqual(places(yaml), [])
})

test('an effect that writes the topic does not fuse either', () => {
  const yaml = effect.replace(
    'channels:',
    '  after:\n    use: again\n    in: { from: receipts, edge: inline }\nchannels:',
  )
  const types = {
    ...stageTypes,
    again: { name: 'again', shape: 'transform', in: { in: 'Receipt' }, out: {}, options: {} },
  } as const
  assert.deepEqual(places(yaml, types), ['C4A1403 21:33'])
  assert.deepEqual(places(fused), [])
})
