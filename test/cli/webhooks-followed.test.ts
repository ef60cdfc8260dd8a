import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pino } from 'pino'
import { Closers } from '../../cli/compose/closers.ts'
import { webhookTopics } from '../../cli/compose/topics.ts'
import { openWebhooks } from '../../cli/compose/webhooks.ts'
import { readSettings } from '../../cli/settings.ts'
import { loadSchemas } from '../../schemas/load.ts'
import { stageTypes } from '../../stages/index.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { systemClock as clock } from '../../topology/adapters/system-clock.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'

test('webhook endpoints are read from the first time that somebody asks for them, and not before', async (t) => {
  const broker = memoryBroker(memoryLog(clock), clock)
  await broker.ensureTopics(
    [webhookTopics.endpoints, webhookTopics.health].map((name) => ({
      name,
      partitions: 1,
      cleanup: 'compact',
      retentionMs: 0,
    })),
  )
  const asked: string[] = []
  const watched = {
    ...broker,
    ends: (topic: string) => {
      asked.push(topic)
      return broker.ends(topic)
    },
  }
  const codec = await avroCodec(loadSchemas(), memoryRegistry())
  const closers = new Closers()
  t.after(() => closers.close())
  const text = readFileSync(new URL('../../pipeline.yaml', import.meta.url), 'utf8')
  const { pipeline } = loadPipeline(text, 'pipeline.yaml', stageTypes)
  assert.ok(pipeline)
  const base = { broker: watched, codec, clock, log: pino({ level: 'silent' }) }
  const webhooks = openWebhooks(readSettings({}), pipeline, base, closers)
  await new Promise(setImmediate)
  assert.equal(asked.length, 0)
  await webhooks.ring().loaded
  await webhooks.ring().loaded
  assert.deepEqual(
    asked.toSorted((a, b) => a.localeCompare(b)),
    [webhookTopics.endpoints, webhookTopics.health],
  )
})
