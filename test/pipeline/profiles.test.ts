// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { stageTypes as shippedTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import { effect, small } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'

const load = (yaml: string, options?: LoadOptions) =>
  loadPipeline(yaml, 'p.yaml', stageTypes, options)

const withProfiles = (yaml: string) =>
  yaml.replace(
    'topics:',
    `defaults: { topic: { partitions: 3, retention: 2d }, stage: { window: { records: 90, perGroup: 9 }, scale: { max: 3 } } }
profiles:
  cluster: { topic: { partitions: 120 }, stage: { scale: { min: 2 }, window: { records: 900 } } }
topics:`,
  )

describe('profiles', () => {
  test('win over defaults on their profile only, key by key', () => {
    const yaml = withProfiles(small)
    const embedded = load(yaml).pipeline
    const cluster = load(yaml, { profile: 'cluster' }).pipeline
    assert.deepEqual(
      [embedded, cluster].map((pipeline) => [
        pipeline?.topics['a']?.partitions,
        pipeline?.topics['a']?.retentionMs,
        pipeline?.stages['validate']?.scale,
        pipeline?.stages['validate']?.window.records,
        pipeline?.stages['validate']?.window.perGroup,
      ]),
      [
        [3, 172_800_000, { min: 1, max: 3, lagSeconds: null }, 90, 9],
        [120, 172_800_000, { min: 2, max: 3, lagSeconds: null }, 900, 9],
      ],
    )
    assert.deepEqual(load(yaml, { profile: 'embedded' }).pipeline, embedded)
  })

  test('do not win over what a topic or stage says itself', () => {
    const topics = withProfiles(small).replace('a: { ', 'a: { partitions: 5, ')
    assert.equal(load(topics, { profile: 'cluster' }).pipeline?.topics['a']?.partitions, 5)
    const window = load(withProfiles(effect), { profile: 'cluster' }).pipeline?.stages['deliver']
    assert.deepEqual(window?.window, { records: 100, bytes: 33_554_432, perGroup: 10 })
  })

  test('are checked whatever the profile', () => {
    const yaml = withProfiles(small)
    const codes = (text: string) => load(text).faults.map(({ code }) => code)
    assert.deepEqual(codes(yaml.replace('cluster:', 'clutser:')), ['C4A1002'])
    assert.deepEqual(codes(yaml.replace('min: 2', 'min: two')), ['C4A1004'])
  })

  test('have a revision each where they differ', () => {
    const yaml = withProfiles(small)
    const revision = (text: string, options?: LoadOptions) => load(text, options).pipeline?.revision
    assert.notEqual(revision(yaml), revision(yaml, { profile: 'cluster' }))
    assert.equal(revision(small), revision(small, { profile: 'cluster' }))
  })
})

test('the shipped pipelines have 12 partitions embedded and 120 in a cluster, unless told otherwise', () => {
  for (const file of ['pipeline.yaml', 'pipeline.fused.yaml']) {
    const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
    const partitions = (options: LoadOptions) => {
      const { pipeline, faults } = loadPipeline(text, file, shippedTypes, {
        allowSimulator: true,
        ...options,
      })
      assert.deepEqual(faults, [])
      return new Set(Object.values(pipeline?.topics ?? {}).map((topic) => topic.partitions))
    }
    assert.deepEqual(partitions({}), new Set([12]))
    assert.deepEqual(partitions({ profile: 'cluster' }), new Set([120]))
    const environment = { C4A_PARTITIONS: '12' }
    assert.deepEqual(
      partitions({ profile: 'cluster', resolve: 'values', environment }),
      new Set([12]),
    )
  }
})
