import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TopicSpec } from '../../../topology/ports/broker.ts'
import { topicChanges } from '../../../topology/runner/topic-changes.ts'

const spec = (name: string, more: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  partitions: 12,
  cleanup: 'delete',
  retentionMs: 1_000,
  ...more,
})

test('topics are created, changed, refused, or left as they are', () => {
  const kept = spec('compacted', { cleanup: 'compact', retentionMs: 0 })
  const present = [
    spec('same'),
    spec('shorter', { retentionMs: 10 }),
    spec('other', { cleanup: 'compact' }),
    spec('grown', { partitions: 24 }),
    { ...kept, retentionMs: -1 },
    spec('somebody else'),
  ]
  const wanted = [...['new', 'same', 'shorter', 'other', 'grown'].map((name) => spec(name)), kept]
  const changes = topicChanges(present, wanted).map(({ kind, spec: { name } }) => [name, kind])
  assert.deepEqual(changes, [
    ['new', 'create'],
    ['shorter', 'change'],
    ['other', 'change'],
    ['grown', 'mismatch'],
  ])
})
