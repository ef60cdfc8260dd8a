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
    tools: { http: () => assert.fail('nothing is sent') },
    toolsOf: () => ({ blob: async () => undefined }),
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

test('a connector is handed the files of the tenant whose account it sends from, and no others', async () => {
  const shipped = readFileSync('pipeline.yaml', 'utf8')
  const [before, after] = shipped.split(/(?<= {2}telegram:\n.*\n {4}accounts:\n)/)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
  const token = '"${T:-simulator}"'
  const second = `      acme: { tenant: acme, externalId: "5", secrets: { token: ${token} } }\n`
  const { pipeline } = loadPipeline(`${before}${second}${after}`, 'pipeline.yaml', stageTypes)
  assert.ok(pipeline)
  const asked: unknown[] = []
  const { forStages } = composeChannels({
    pipeline,
    factories: connectorFactories,
    tools: { http: () => assert.fail('nothing is sent') },
    toolsOf: (tenant) => ({
      async blob(blobId) {
        asked.push([tenant, blobId])
        return undefined
      },
    }),
    simulatorUrl: 'http://127.0.0.1:1',
  })
  const content = { type: 'document', blobId: 'b', filename: 'a.pdf' } as const
  const outbound = { address: '1', content, echo: 'e' }
  const { signal } = new AbortController()
  for (const account of ['demo', 'acme']) {
    const outcome = await forStages.send('telegram', account, outbound, signal, 1_000)
    assert.equal(outcome.kind, 'refused')
  }
  assert.deepEqual(asked, [
    ['default', 'b'],
    ['acme', 'b'],
  ])
})
