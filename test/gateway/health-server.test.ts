import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { request } from 'undici'
import { keyedIds } from '../../domain/ids.ts'
import { startHealthServer } from '../../gateway/health-server.ts'
import { loadSchemas } from '../../schemas/load.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'

const bootstrapKey = 'a bootstrap key of thirty-two characters'

test('a process without a gateway tells its health to all, and its figures to who has a key', async (t) => {
  const broker = memoryBroker(memoryLog(systemClock), systemClock)
  await broker.ensureTopics([{ name: 'keys', partitions: 1, cleanup: 'compact', retentionMs: 0 }])
  let ok = true
  const server = await startHealthServer(
    {
      broker,
      codec: await avroCodec(loadSchemas(), memoryRegistry()),
      ids: keyedIds(Buffer.from('a secret of the tests')),
      clock: systemClock,
      log: pino({ level: 'silent' }),
      metrics: new Registry(),
      topics: { keys: 'keys' },
      ready: () => ({ ok, checks: { stages: 'ok' } }),
    },
    { host: '127.0.0.1', httpPort: 0, bootstrapKey, tenant: 'default' },
  )
  t.after(() => server.close())
  const get = async (path: string, key?: string) => {
    const headers = key ? { authorization: `Bearer ${key}` } : {}
    const answer = await request(`http://127.0.0.1:${server.httpPort}${path}`, { headers })
    await answer.body.dump()
    return answer.statusCode
  }
  assert.equal(await get('/live'), 200)
  assert.equal(await get('/ready'), 200)
  ok = false
  assert.equal(await get('/ready'), 503)
  assert.equal(await get('/metrics'), 401)
  assert.equal(await get('/metrics', bootstrapKey), 200)
  assert.equal(await get('/v1/messages/x', bootstrapKey), 404)

  // The keys are read from the first time that one is shown: it is asked to come again, and then judged.
  const nobody = `c4a_${'ab'.repeat(8)}_${'cd'.repeat(30)}`
  assert.equal(await get('/metrics', nobody), 503)
  let status = 503
  while (status === 503) status = await get('/metrics', nobody)
  assert.equal(status, 401)
})
