import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { chaosPipeline } from './chaos-pipeline.ts'

const shipped = readFileSync('pipeline.yaml', 'utf8')
const read = (text: string) =>
  loadPipeline(text, 'pipeline.yaml', stageTypes, { resolve: 'values', environment: {} })

describe('the pipeline of the chaos run', () => {
  test('is one that the check finds nothing wrong with', () => {
    assert.deepEqual(read(chaosPipeline(shipped)).faults, [])
  })

  test('gives up on every channel sooner than the shipped one', () => {
    const mine = read(chaosPipeline(shipped)).pipeline
    const theirs = read(shipped).pipeline
    for (const channel of ['whatsapp', 'messenger', 'instagram', 'telegram']) {
      assert.equal(mine?.channels[channel]?.limits['sendTimeoutMs'], 1500)
      const [quick, usual] = [mine, theirs].map((each) => each?.stages[`deliver.${channel}`])
      assert.equal(quick?.settings['attemptTimeout'], 2000)
      assert.ok((quick?.retry?.holdMs ?? 0) < (usual?.retry?.holdMs ?? 0), channel)
    }
  })

  test('refuses a shipped file that no longer has what it changes', () => {
    assert.throws(() => chaosPipeline('stages: {}'), /no channels.whatsapp/)
  })
})
