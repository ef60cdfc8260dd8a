import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { type OpenHub, openHub } from '../cli/open-hub.ts'
import { runCli } from '../cli/run-cli.ts'
import { until } from '../until.ts'
import { type StrangersPlace, strangersPlace, tsc } from './strangers-place.ts'
import { type Torpedo, torpedo } from './torpedo.ts'

const root = join(import.meta.dirname, '..', '..')
const ana = '+5511999990001'
const reference = (name: string) => `"\${${name}}"`
// The one line; `channels` ends the shipped file.
const line = `  sms: { connector: chat4all-connector-torpedo, like: telegram, baseUrl: ${reference('TORPEDO_URL')}, \
accounts: { main: { externalId: PADARIA, secrets: { token: ${reference('TORPEDO_TOKEN')} } } }, \
endpoints: { main: { secrets: [${reference('TORPEDO_SECRET')}] } } }\n`

describe('a connector from a package outside the tree', { timeout: 300_000 }, () => {
  let place: StrangersPlace
  let provider: Torpedo
  let hub: OpenHub
  let pipeline: string

  before(async () => {
    place = strangersPlace()
    // Their own build, against our published types.
    place.run(tsc, '-p', 'tsconfig.json')
    pipeline = join(place.folder, 'hub', 'pipeline.yaml')
    mkdirSync(join(place.folder, 'hub'))
    writeFileSync(pipeline, readFileSync(join(root, 'pipeline.yaml'), 'utf8') + line)
    provider = await torpedo('t0ken-of-torpedo', 's3cret-of-torpedo')
  })
  after(async () => {
    provider.close()
    const { code } = await hub.stop()
    place.remove()
    assert.equal(code, 0)
  })

  test('passes the shared suite', () => {
    const said = place.run('--test', '--test-reporter=tap', 'dist/test/suite.js')
    const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(said)?.[1])
    assert.equal(count('fail'), 0)
    assert.ok(count('pass') > 40, String(count('pass')))
  })

  test('is missed by `check` until it is installed beside pipeline.yaml', async () => {
    const missing = await runCli(['check', pipeline])
    assert.equal(missing.code, 1)
    assert.match(missing.stdout, /C4A1109.*\n?.*chat4all-connector-torpedo/)
    symlinkSync(place.package, join(place.folder, 'node_modules', 'chat4all-connector-torpedo'))
    const found = await runCli(['check', pipeline])
    assert.equal(found.code, 0, found.stdout)
    const { stdout } = await runCli(['graph', pipeline])
    assert.match(stdout, /deliver\.sms/)
  })

  test('delivers, hears what became of it, and brings in what people write', async () => {
    hub = await openHub(undefined, {
      C4A_PIPELINE: pipeline,
      TORPEDO_URL: provider.url,
      TORPEDO_TOKEN: 't0ken-of-torpedo',
      TORPEDO_SECRET: 's3cret-of-torpedo',
    })
    const hook = `${hub.url}/webhooks/sms/main`
    const messageId = await send('o pão saiu do forno')
    await until('it is sent', async () => (await statusOf(messageId)) === 'sent')
    assert.deepEqual(provider.taken.at(-1), {
      id: 'sms-1',
      from: 'PADARIA',
      to: ana,
      text: 'o pão saiu do forno',
      reference: provider.taken.at(-1)?.reference,
    })

    const report = { type: 'report', id: 'sms-1', number: ana, status: 'delivered' }
    assert.equal(await provider.post(hook, [report]), 200)
    await until('it is delivered', async () => (await statusOf(messageId)) === 'delivered')

    const written = { type: 'message', id: 'in-1', number: ana, text: 'guarda dois', at: 1 }
    assert.equal(await provider.post(hook, [written]), 200)
    await until('the answer is told', async () =>
      JSON.stringify(await get('/v1/events')).includes('guarda dois'),
    )
  })

  test('settles a lost answer by the reference that it echoes, and sends nothing twice', async () => {
    provider.cutNext()
    const messageId = await send('e o bolo')
    await until('it is unknown', async () => (await statusOf(messageId)) === 'unknown')
    const { id, reference } = provider.taken.at(-1) ?? {}
    const report = { type: 'report', id, number: ana, status: 'delivered', reference }
    assert.equal(await provider.post(`${hub.url}/webhooks/sms/main`, [report]), 200)
    await until('it is settled', async () => (await statusOf(messageId)) === 'delivered')
    assert.equal(provider.taken.length, 2)
  })

  async function send(text: string): Promise<string> {
    const { statusCode, body } = await request(`${hub.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        to: { channel: 'sms', account: 'main', address: '+55 (11) 99999-0001' },
        content: { type: 'text', text },
      }),
    })
    const answer = (await body.json()) as { readonly messageId: string }
    assert.equal(statusCode, 202, JSON.stringify(answer))
    return answer.messageId
  }

  async function get(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${hub.key}` }
    const { body } = await request(`${hub.url}${path}`, { headers })
    return await body.json()
  }

  const statusOf = async (messageId: string) =>
    ((await get(`/v1/messages/${messageId}`)) as { readonly status: string }).status
})
