import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaClient } from '../../../topology/adapters/kafka/kafka-client.ts'
import { kafkaSettings } from '../../../topology/adapters/kafka/kafka-options.ts'

test('kafkajs says nothing on the console: what it has to say goes to the function given', async (t) => {
  const console = (['log', 'info', 'warn', 'error'] as const).map((each) =>
    t.mock.method(globalThis.console, each, () => {}),
  )
  const said: string[] = []
  const settings = kafkaSettings({
    brokers: ['127.0.0.1:1'],
    clientId: 'quiet',
    log: (level, what) => said.push(`${level} ${what}`),
  })
  const admin = kafkaClient(settings, 1_000).admin()
  await assert.rejects(admin.connect())
  await admin.disconnect()
  assert.match(said.join('\n'), /^warn kafkajs Connection: .*ECONNREFUSED 127\.0\.0\.1:1/m)
  for (const method of console) assert.equal(method.mock.callCount(), 0)
})
