import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { composeChannels } from '../../cli/compose/channels.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { stageTypes } from '../../stages/index.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'

test('a delivery whose account is not configured any more waits, with the whole account', async () => {
  const text = readFileSync('pipeline.yaml', 'utf8')
  const { pipeline } = loadPipeline(text, 'pipeline.yaml', stageTypes)
  assert.ok(pipeline)
  const { forStages } = composeChannels({
    pipeline,
    factories: connectorFactories,
    tools: { http: () => assert.fail('nothing is sent'), blob: async () => undefined },
    simulatorUrl: 'http://127.0.0.1:1',
  })
  const outbound = { address: '1', content: { type: 'text', text: 'x' }, echo: 'e' } as const
  const { signal } = new AbortController()
  const outcome = await forStages.send('telegram', 'gone', outbound, signal, 1_000)
  assert.deepEqual(outcome, {
    kind: 'retry',
    reason: 'channel-auth',
    detail: "no account 'gone' on 'telegram'",
  })
})
