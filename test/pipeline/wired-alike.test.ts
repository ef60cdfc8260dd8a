import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'

const shipped = readFileSync(new URL('../../pipeline.yaml', import.meta.url), 'utf8')
const line = '  sms: { connector: some-package, like: telegram, baseUrl: https://sms.example }\n'

function loaded(text: string): Pipeline {
  const { pipeline, faults } = loadPipeline(text, 'p.yaml', stageTypes)
  assert.deepEqual(faults, [])
  assert.ok(pipeline)
  return pipeline
}

/** Every name that ends in telegram, as one that ends in sms; in the places where those stand. */
const asSms = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('telegram"', 'sms"'))

describe('a channel that is like another', () => {
  const before = loaded(shipped)
  const after = loaded(shipped + line)

  test('has topics and a stage as the other has, and the other keeps its own', () => {
    const { 'deliveries.sms': deliveries, 'inbound.sms': inbound, ...topics } = after.topics
    assert.deepEqual(topics, before.topics)
    assert.deepEqual(deliveries, asSms(before.topics['deliveries.telegram']))
    assert.deepEqual(inbound, asSms(before.topics['inbound.telegram']))
    const { 'deliver.sms': deliver } = after.stages
    assert.deepEqual(JSON.parse(JSON.stringify(deliver)), asSms(before.stages['deliver.telegram']))
    assert.deepEqual(after.stages['deliver.telegram'], before.stages['deliver.telegram'])
  })

  test('is written to and read wherever the other is', () => {
    assert.deepEqual(after.stages['route']?.outputs['sms'], {
      topic: 'deliveries.sms',
      maxHops: null,
    })
    const read = (stage: string) =>
      Object.values(after.stages[stage]?.inputs ?? {}).flatMap((edges) =>
        edges.map(({ topic }) => topic),
      )
    assert.ok(read('status-update').includes('deliveries.sms'))
    assert.ok(read('normalize').includes('inbound.sms'))
  })

  test('keeps what the file says of it itself', () => {
    const own = shipped.replace(
      '  deliver.telegram:\n',
      '  deliver.sms:\n    <<: *deliver\n    with: { channel: sms, expireAfter: 1h }\n    in: deliveries.sms\n  deliver.telegram:\n',
    )
    assert.equal(loaded(own + line).stages['deliver.sms']?.settings['expireAfter'], 3_600_000)
  })
})
