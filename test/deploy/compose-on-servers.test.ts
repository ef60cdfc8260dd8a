import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parse } from 'yaml'
import { HubApi } from '../chaos/hub-api.ts'
import { clusterEnvironment } from '../cluster/cluster-environment.ts'
import { freePorts } from '../services/processes/free-ports.ts'
import { until } from '../until.ts'
import { ContainerProcess } from './container-process.ts'
import { type ComposeProject, expandedCompose } from './load-compose.ts'

const servers = process.env['C4A_TEST_DEPLOY'] === '1' ? clusterEnvironment(process.env) : undefined
const key = 'k'.repeat(40)

/**
 * What docker-compose.yml starts of ours, on the tests' servers: its commands with its environment, but for the servers'
 * addresses, from the image's files, as a user without rights. Not beside other suites on the same servers: the
 * consumer groups are the pipeline's own.
 */
if (servers) {
  describe('what docker-compose.yml starts, without containers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'c4a-composed-'))
    const temporary = join(folder, 'tmp')
    mkdirSync(temporary)
    chmodSync(temporary, 0o777)
    const running = new Map<string, ContainerProcess>()
    after(async () => {
      await Promise.all([...running.values()].map((each) => each.destroy()))
      rmSync(folder, { recursive: true })
    })

    const { services } = composed(servers['C4A_ID_SECRET'] ?? '')
    const begin = async (
      name: string,
      elsewhere: Readonly<Record<string, string>>,
      port: number,
    ) => {
      const { command = [], environment = {} } = services[name] ?? {}
      const given = Object.entries(environment).flatMap(([of, value]) =>
        value === null ? [] : [[of, elsewhere[of] ?? String(value)] as const],
      )
      const container = new ContainerProcess({
        folder,
        port,
        command: (command ?? []).map((part) => elsewhere[part] ?? part),
        environment: {
          ...Object.fromEntries(given),
          C4A_GRPC_PORT: '0',
          C4A_SIMULATOR_PORT: String(port),
          TMPDIR: temporary,
        },
      })
      running.set(name, container)
      return container
    }

    test('carries a message to a phone and tells that it is read', {
      timeout: 400_000,
    }, async () => {
      const [gatewayPort = 0, simulatorPort = 0, topicsPort = 0, ...ports] = await freePorts(
        3 + Object.keys(services).length,
      )
      const phones = `http://127.0.0.1:${simulatorPort}`
      const elsewhere = {
        ...servers,
        C4A_SIMULATOR_URL: phones,
        'http://simulator:8090': phones,
        'http://edge:8080': `http://127.0.0.1:${gatewayPort}`,
      }
      const topics = await begin('topics', elsewhere, topicsPort)
      assert.equal(await topics.ended, 0, topics.said)
      running.delete('topics')

      const simulator = services['simulator']?.command ?? []
      await begin('simulator', elsewhere, simulatorPort)
      assert.ok(simulator.includes('http://simulator:8090'))
      const hub = Object.entries(services).filter(([, { command }]) =>
        ['run', 'gateway'].includes(command?.[0] ?? ''),
      )
      for (const [name] of hub)
        await begin(name, elsewhere, name === 'gateway' ? gatewayPort : (ports.pop() ?? 0))
      await Promise.all(hub.map(([name]) => running.get(name)?.healthy()))

      const api = new HubApi(gatewayPort, key, 2)
      const messageId = `composed-${Date.now()}`
      const to = { channel: 'whatsapp', address: '5511999990001' }
      const content = { type: 'text', text: messageId }
      const sent = await api.post('/v1/messages', { messageId, to, content })
      assert.equal(sent.status, 202, JSON.stringify(sent.body))
      await until('it is read', async () => (await statusOf(api, messageId)) === 'read')
      await api.close()
    })

    test('ends as it is asked to', { timeout: 120_000 }, async () => {
      const ends = [...running].map(async ([name, each]) => [name, await each.stop()] as const)
      for (const [name, code] of await Promise.all(ends))
        assert.equal(code, 0, `${name}: ${running.get(name)?.said}`)
    })
  })
} else {
  const skip = 'C4A_TEST_DEPLOY=1 runs it on real servers, with no other suite beside it'
  test('what docker-compose.yml starts, without containers', { skip })
}

function composed(idSecret: string): ComposeProject {
  const values = { POSTGRES_PASSWORD: 'p', S3_SECRET_KEY: 's', GRAFANA_PASSWORD: 'g' }
  const secrets = { C4A_ID_SECRET: idSecret, C4A_BOOTSTRAP_KEY: key }
  return parse(expandedCompose({ ...values, ...secrets }), { merge: true })
}

async function statusOf(api: HubApi, messageId: string): Promise<unknown> {
  const { body } = await api.get(`/v1/messages/${messageId}`)
  return (body as { readonly status: unknown }).status
}
