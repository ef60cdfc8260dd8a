import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tellDead } from '../../cli/compose/tell-dead.ts'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import type { DeadLetter } from '../../topology/runner/dead-letter.ts'
import { stageOf, topicOf } from '../topology/runner/bench-rig.ts'

const codec = await avroCodec(loadSchemas(), memoryRegistry())
const uses = {
  route: 'route',
  'status-update': 'status-update',
  'deliver.telegram': 'deliver',
  notify: 'notify',
  post: 'post',
}
const stages = Object.fromEntries(
  Object.entries(uses).map(([id, use]) => [id, { ...stageOf(id, { from: 'a' }), use }]),
)
const topics = { 'messages.rejected': topicOf('messages.rejected') }
const tell = tellDead({ stages, topics }, codec, 'messages.rejected')

const headers = {
  'c4a-tenant': 'default',
  'c4a-message-id': 'm1',
  'c4a-submission-id': 's1',
  'c4a-conversation': 'c1',
}
const letter: DeadLetter = {
  stageId: 'route',
  key: 'default/c1/p1',
  value: Buffer.from('!'),
  headers,
  position: { topic: 'messages.enriched', partition: 3, offset: 7 },
  code: 'C4A_RECORD_UNDECODABLE',
  reason: 'Bytes are no EnrichedMessage: too short.',
  attempts: 1,
  nowMs: 1_764_000_000_000,
}

describe('the sender of a message that was buried', () => {
  test('is told why, in the conversation of the message', () => {
    const [record, ...more] = tell(letter)
    assert.deepEqual([record?.topic, record?.key, more], ['messages.rejected', 'default/c1', []])
    assert.deepEqual(record?.headers, headers)
    assert.deepEqual(codec.decode('Rejection', record?.value ?? Buffer.alloc(0)), {
      messageId: 'm1',
      submissionId: 's1',
      tenant: 'default',
      conversationId: 'c1',
      direction: 'outbound',
      scope: 'message',
      stage: 'route',
      reason: 'undecodable',
      detail: 'Bytes are no EnrichedMessage: too short.',
      rejectedAt: 1_764_000_000_000,
    })
  })

  test('is told of a fault of ours, but not in the words of whatever threw', () => {
    const secret = { ...letter, code: 'C4A_STAGE_FAILED', reason: 'cannot read token 12345' }
    const [record] = tell({ ...secret, stageId: 'deliver.telegram' })
    const { reason, detail } = codec.decode('Rejection', record?.value ?? Buffer.alloc(0)) as {
      reason: string
      detail: string
    }
    assert.equal(reason, 'internal')
    assert.match(detail, /^Stage 'deliver.telegram' failed on it/)
  })

  test('is told nothing by a pipeline that has no topic for it', () => {
    assert.deepEqual(tellDead({ stages, topics: {} }, codec, 'messages.rejected')(letter), [])
  })

  for (const [what, dead] of [
    ['what a platform sent, which names no message', { ...letter, headers: {} }],
    ['what a projection could not read', { ...letter, stageId: 'status-update' }],
    ['a webhook that could not be made', { ...letter, stageId: 'notify' }],
    ['a webhook that waited too long', { ...letter, stageId: 'post' }],
  ] as const) {
    test(`is told nothing of ${what}`, () => {
      assert.deepEqual(tell(dead), [])
    })
  }
})
